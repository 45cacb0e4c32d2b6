export const flowsTemplate = `{% extends 'layout' %}
{% from 'shown' import time, status %}
{% block heading %}
<div class="heading"><h1>{{ title }}</h1>
{% if mayWrite %}
<a class="button small" href="/flows/new">New flow</a>
{% endif %}
</div>
{% endblock %}
{% block content %}
<div id="flows" data-live="flows catalog" hx-get="{{ here }}" hx-trigger="live" hx-select="#flows" hx-target="this" hx-swap="outerMorph">
{% if flows.length == 0 %}
<div class="panel empty">
<p>There is no flow yet.</p>
<p>{% if mayWrite %}<a href="/flows/new">Make a new flow</a>: say what starts it, then add a webhook to it.{% else %}Whoever has the role manager, admin or owner can make one.{% endif %}</p>
</div>
{% else %}
<div class="panel scroll" tabindex="0" role="region" aria-label="Flows">
<table>
<thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Started by</th><th scope="col">Webhooks</th><th scope="col">Updated</th></tr></thead>
<tbody>
{% for flow in flows %}
<tr>
<td><a href="/flows/{{ flow.flowId }}">{{ flow.name }}</a></td>
<td>{{ status(flow.status) }}</td>
<td>{{ flow.startedBy }}</td>
<td>
{% if flow.webhooks.length == 0 %}
<span class="soft">none yet</span>
{% else %}
<ul class="plain-list">
{% for webhook in flow.webhooks %}
<li>{{ webhook.label }} {{ status(webhook.status) }}</li>
{% endfor %}
</ul>
{% endif %}
</td>
<td>{{ time(flow.updatedAt) }}</td>
</tr>
{% endfor %}
</tbody>
</table>
</div>
{% endif %}
{% if nextCursor or not isFirst %}
<p class="row">
{% if not isFirst %}
<a class="button quiet small" href="/flows">Newest flows</a>
{% endif %}
{% if nextCursor %}
<a class="button quiet small" href="/flows?cursor={{ nextCursor }}" rel="next">Older flows</a>
{% endif %}
</p>
{% endif %}
</div>
{% endblock %}
`;
