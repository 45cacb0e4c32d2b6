export const flowTemplate = `{% extends 'layout' %}
{% from 'shown' import time, status %}
{% from 'fields' import field %}
{% from 'flow-chain' import chain as drawn %}
{% block heading %}
<div class="heading"><h1>{{ title }}</h1>
{% if mayWrite %}
<a class="button small" href="/flows/{{ flow.flowId }}/actions/new?place={{ lastPlace | urlencode }}">Add a webhook</a>
{% endif %}
</div>
{% endblock %}
{% block content %}
<div id="flow" data-live="flows activity analytics" hx-get="{{ here }}" hx-trigger="live" hx-select="#flow" hx-target="this" hx-swap="outerMorph">
{% if tested !== null %}
<section class="panel" aria-labelledby="tested">
<h2 id="tested">What came of the test</h2>
{% if tested.length == 0 %}
<p>It is recorded, and no delivery came of it{% if flow.status != 'live' %}: the flow is not live{% else %} yet: no webhook is live, filters don't let it in, or a delay comes first{% endif %}.</p>
{% else %}
<ul class="plain-list">
{% for delivery in tested %}
<li>{{ status(delivery.status) }} <a href="/deliveries/{{ delivery.deliveryId }}">Delivery to {{ delivery.url }}</a>{% if delivery.code %} ({{ delivery.code }}){% endif %}</li>
{% endfor %}
</ul>
{% endif %}
</section>
{% endif %}
<section class="panel" aria-labelledby="standing">
<h2 id="standing">Status</h2>
<p>{{ status(flow.status) }} {{ meaning }}</p>
<dl class="facts">
<dt>Started by</dt><dd>{{ startedBy }}</dd>
<dt>Created</dt><dd>{{ time(flow.createdAt) }}</dd>
<dt>Updated</dt><dd>{{ time(flow.updatedAt) }}</dd>
<dt>Flow ID</dt><dd class="mono">{{ flow.flowId }}</dd>
</dl>
{% if mayWrite %}
<form class="row" method="post" action="/flows/{{ flow.flowId }}/status" aria-label="Status of the flow">
{% for item in statuses %}
<button class="small{% if item != 'live' or flow.status == 'live' %} quiet{% endif %}" name="status" value="{{ item }}"{% if item == flow.status %} disabled{% endif %}>Set {{ item }}</button>
{% endfor %}
<span class="hint">It sets all of its webhooks alike.</span>
</form>
{% else %}
<p class="hint">Changing a flow takes the role manager, admin or owner; you have the role {{ member.role }}.</p>
{% endif %}
</section>
<section class="panel" aria-labelledby="actions">
<h2 id="actions">Actions</h2>
<p class="trigger">{{ startedBy }}</p>
{% if isEmpty %}
<div class="empty">
<p>Nothing happens yet when the flow is started.</p>
{% if mayWrite %}
<p><a href="/flows/{{ flow.flowId }}/actions/new">Add a webhook</a></p>
{% endif %}
</div>
{% else %}
{{ drawn(flow.flowId, chain, figures, mayWrite, 'Actions in their order') }}
{% endif %}
</section>
</div>
{% if mayWrite %}
<div class="panels">
{% if test %}
<form class="panel" method="post" action="/flows/{{ flow.flowId }}/test" aria-labelledby="test">
{% if test.kind == 'metric' %}
<h2 id="test">Send a test event</h2>
<p class="hint">It is an event like any other: it is recorded, starts every live flow of this metric, and goes to the real receivers. {% if test.isReal %}The fields hold the newest real event.{% else %}No event has come in yet; the fields hold an example.{% endif %}</p>
{{ field('email', 'E-mail address of the profile', 'off', problem, type='email', value=test.email, attributes='required') }}
<div class="field">
<label for="properties">Properties (JSON)</label>
<textarea id="properties" name="properties" rows="8" spellcheck="false"{% if problem and problem.field == 'properties' %} aria-invalid="true" aria-describedby="properties-problem"{% endif %}>
{{ test.properties }}</textarea>
{% if problem and problem.field == 'properties' %}
<p class="problem" id="properties-problem" role="alert">{{ problem.message }}</p>
{% endif %}
</div>
<button class="small">Send a test event</button>
{% else %}
<h2 id="test">Add a profile to the list</h2>
<p class="hint">A profile that joins the list starts the flow, and its webhooks go to the real receivers.</p>
{{ field('email', 'E-mail address of the profile', 'off', problem, type='email', value=test.email, attributes='required') }}
<button class="small">Add to the list</button>
{% endif %}
</form>
{% endif %}
<section class="panel" aria-labelledby="rename">
<h2 id="rename">Rename or delete</h2>
<form method="post" action="/flows/{{ flow.flowId }}/name">
{{ field('name', 'Name', 'off', problem, value=typedName, attributes='required maxlength="255"') }}
<button class="quiet small">Rename</button>
</form>
<form class="apart" method="post" action="/flows/{{ flow.flowId }}/delete" data-confirm="Delete this flow for good? What it requested before is still delivered.">
<button class="danger small">Delete the flow</button>
</form>
</section>
</div>
{% endif %}
{% endblock %}
`;
