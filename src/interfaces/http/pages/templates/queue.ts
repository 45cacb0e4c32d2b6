/** A queue, or all deliveries. What is chosen is sent to the page that asks whether it is meant. */
export const queueTemplate = `{% extends 'layout' %}
{% from 'shown' import time, status %}
{% from 'analytics-parts' import tabBar, filterForm %}
{% block head %}
<script src="{{ asset('analytics.js') }}" type="module"></script>
{% endblock %}
{% block content %}
{{ tabBar(tabs) }}
{{ filterForm(filters, view) }}
<div id="queue" data-live="activity" hx-get="{{ here }}" hx-trigger="live" hx-select="#queue" hx-select-oob="#analytics-tabs" hx-target="this" hx-swap="outerMorph">
<div class="heading">
<p class="soft">{{ about }}</p>
<p class="row">{% if resend and deliveries.length %}<a class="button quiet small" href="{{ resend }}">Send all {{ 'that match ' if filtered }}again…</a>{% endif %}<a href="{{ csv }}">Download as CSV</a></p>
</div>
{% if deliveries.length %}
<form method="get" action="{{ resendPath }}">
<input type="hidden" name="chosen" value="yes">
<div class="scroll" tabindex="0" role="region" aria-label="{{ title }}">
<table class="deliveries">
<thead><tr>{% if resend %}<th scope="col"><label class="pick"><input type="checkbox" data-chooses="id" aria-label="Choose all on this page"></label></th>{% endif %}<th scope="col">Recipient</th><th scope="col">Action</th>{% if list == 'all' or list == 'waiting' %}<th scope="col">Status</th>{% endif %}<th scope="col">Code</th><th scope="col">Reason</th><th scope="col" class="number">Attempts</th><th scope="col">{{ timeLabel }}</th><th scope="col"><span class="hidden-label">Details</span></th></tr></thead>
<tbody>
{% for one in deliveries %}
<tr id="row-{{ one.deliveryId }}">
{% if resend %}<td><label class="pick"><input type="checkbox" name="id" value="{{ one.deliveryId }}" aria-label="Choose the delivery to {{ one.recipient or 'a forgotten profile' }}"></label></td>{% endif %}
<td>{% if one.profileId == '' %}<span class="soft">nobody</span>{% else %}<a href="{{ one.ofProfile }}">{{ one.recipient or 'forgotten' }}</a>{% endif %}</td>
<td>{{ one.action.name }}<br><span class="soft small-text">{{ one.action.flowName }}</span></td>
{% if list == 'all' or list == 'waiting' %}<td>{{ status(one.status) }}</td>{% endif %}
<td>{% if one.code != null %}<code>{{ one.code }}</code>{% endif %}</td>
<td class="reason">{% if one.message != null %}{{ one.message }}{% endif %}</td>
<td class="number">{{ one.attempts | number }}</td>
<td class="nowrap">{% if list == 'failed' or list == 'skipped' %}{{ time(one.updatedAt) }}{% elif list == 'waiting' %}{% if one.dueAt != null %}{{ time(one.dueAt) }}{% else %}<span class="soft">now</span>{% endif %}{% else %}{{ time(one.requestedAt) }}{% endif %}</td>
<td><a href="{{ one.path }}">Details<span class="hidden-label"> of the delivery to {{ one.recipient or 'a forgotten profile' }}</span></a></td>
</tr>
{% endfor %}
</tbody>
</table>
</div>
<div class="row pages">
{% if resend %}<button class="small">Send chosen again…</button>{% endif %}
{% if first != null %}<a href="{{ first }}">Newest</a>{% endif %}
{% if older != null %}<a href="{{ older }}">Older</a>{% endif %}
</div>
</form>
{% else %}
<div class="panel empty">{% if filtered %}<p>No delivery matches these filters.</p><p><a href="{{ unfiltered }}">Show all of this list</a></p>{% else %}<p>{{ empty }}</p><p>{{ next }}</p>{% endif %}</div>
{% endif %}
</div>
{% endblock %}
`;
