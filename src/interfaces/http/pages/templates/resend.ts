/** Asks whether deliveries are to be sent again: how many, and what goes where. */
export const resendTemplate = `{% extends 'layout' %}
{% block content %}
{% if count == 0 %}
<div class="panel empty"><p>There is nothing to send again.</p><p><a href="{{ back }}">Back</a>{% if back != '/analytics/failed' %} · <a href="/analytics/failed">All failed deliveries</a>{% endif %}</p></div>
{% else %}
<p class="lead"><strong>{{ count | number }} {{ 'delivery' if count == 1 else 'deliveries' }}</strong> will be sent again: the same body as before, now, to where the action points now. Retries begin anew. A receiver that has it already can tell by <code>webhook-id</code>, which stays the same.</p>
<section class="panel" aria-labelledby="targets">
<h2 id="targets">What goes where</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="targets">
<table>
<thead><tr><th scope="col">Action</th><th scope="col">Flow</th><th scope="col">Goes to</th><th scope="col" class="number">Deliveries</th></tr></thead>
<tbody>
{% for one in actions %}
<tr><td>{{ one.name }}</td><td>{{ one.flowName }}</td><td>{% if one.url != null %}{{ one.url }}{% else %}<span class="soft">nowhere: the action was removed, so they will be skipped again</span>{% endif %}</td><td class="number">{{ one.count | number }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
{% if withoutBody %}
<p class="problem">{{ withoutBody | number }} of them {{ 'has' if withoutBody == 1 else 'have' }} no body, since the template could not be rendered; {{ 'it' if withoutBody == 1 else 'they' }} can't be sent again.</p>
{% endif %}
{% if mayResend %}
<form class="row" method="post" action="{{ here }}">
{% for field in fields %}
<input type="hidden" name="{{ field.name }}" value="{{ field.value }}">
{% endfor %}
<button>Send {{ count | number }} again</button>
<a class="button quiet" href="{{ back }}">Cancel</a>
</form>
{% else %}
<p>Sending again takes the role manager, admin or owner.</p>
<p><a class="button quiet" href="{{ back }}">Back</a></p>
{% endif %}
{% endif %}
{% endblock %}
`;

/** How far it is; a script sends the form that goes on, and without one a person does. */
export const resentTemplate = `{% extends 'layout' %}
{% block head %}
<script src="{{ asset('analytics.js') }}" type="module"></script>
{% endblock %}
{% block content %}
<p role="status">{{ done | number }} of {{ total | number }} done: <strong>{{ resent | number }} sent again</strong>{% if refused.length == 0 %}, none refused{% endif %}.</p>
<progress value="{{ done }}" max="{{ total or 1 }}" aria-label="Sent again">{{ done | number }} of {{ total | number }}</progress>
{% if refused.length %}
<h2>Not sent again</h2>
<ul>
{% for one in refused %}
<li>{{ one.count | number }} {{ one.why }}.</li>
{% endfor %}
</ul>
{% endif %}
{% if fields.length %}
<p class="soft">It goes on while this page is open; what is left stays in the queue.</p>
<form class="row" method="post" action="{{ here }}" data-goes-on>
{% for field in fields %}
<input type="hidden" name="{{ field.name }}" value="{{ field.value }}">
{% endfor %}
<button>Go on</button>
<a class="button quiet" href="{{ queuePath }}">Stop</a>
</form>
{% else %}
<p class="row"><a class="button" href="/analytics/waiting">See what is being sent</a> <a class="button quiet" href="{{ queuePath }}">Back to the queue</a></p>
{% endif %}
{% endblock %}
`;
