/** Everything in it is as of now, so that all of it is fetched anew when anything changes, and every few seconds: time goes on by itself. */
export const systemTemplate = `{% extends 'layout' %}
{% from 'shown' import time %}
{% macro region(label) %}<div class="scroll" tabindex="0" role="region" aria-label="{{ label }}">{{ caller() }}</div>{% endmacro %}
{% macro bar(progress, label) %}
<progress class="rebuild" max="100" value="{{ progress.percent }}" aria-label="{{ label }}">{{ progress.percent }} %</progress>
<span class="small-text soft">{{ progress.percent }} %, {{ progress.text }}</span>
{% endmacro %}
{% block content %}
<div id="system" data-live="*" hx-get="/system" hx-trigger="live, every 5s" hx-select="#system" hx-target="this" hx-swap="outerMorph">
{% for warning in warnings %}
<p class="problem">{{ warning }}</p>
{% endfor %}

{% if known %}
<dl class="stats">
<div><dt>Queued</dt><dd>{{ known.queue.queued }}</dd></div>
<div><dt>Due now</dt><dd>{{ known.queue.due }}</dd></div>
<div><dt>Oldest due</dt><dd>{% if known.queue.oldestDueAge %}{{ known.queue.oldestDueAge }} <small>ago</small>{% else %}<small>nothing is due</small>{% endif %}</dd></div>
<div><dt>Under way here</dt><dd>{% if worker %}{{ worker.inFlight | number }} <small>of {{ worker.limit | number }}</small>{% else %}<small>no worker here</small>{% endif %}</dd></div>
<div><dt>Backlog</dt><dd>{{ known.backlog.waiting }} <small>{{ known.backlog.limit }}</small></dd></div>
<div><dt>New events</dt><dd>{% if known.backlog.refusing %}<span class="badge bad">refused (429)</span>{% else %}<span class="badge good">taken</span>{% endif %}</dd></div>
</dl>

<section class="panel">
<h2>Read models</h2>
<p class="soft">Tables that are built from the events. Deliveries wait for the queue; what people look at may be a tenth of a second behind. {{ known.unit }}</p>
{% call region('Read models') %}
<table>
<thead><tr><th scope="col">Projection</th><th scope="col">State</th><th scope="col" class="number">Position</th><th scope="col" class="number">Version</th><th scope="col">Keeps</th></tr></thead>
<tbody>
{% for row in known.projections %}
<tr><th scope="row">{{ row.name }}</th><td class="state"><span class="badge {{ row.colour }}">{{ row.state }}</span>{% if row.problem %} <span class="stuck">{{ row.problem }}</span>{% endif %}{% if row.progress %} {{ bar(row.progress, 'How far ' + row.name + ' is') }}{% endif %}</td><td class="number">{{ row.position | number }}</td><td class="number">{{ row.version }}</td><td class="words">{{ row.keeps }}</td></tr>
{% else %}
<tr><td colspan="5">None is built yet; the first projector that starts makes them.</td></tr>
{% endfor %}
</tbody>
</table>
{% endcall %}

<h3>Building them anew</h3>
{% if known.rebuild.running %}
<p>All tables are built anew beside the live ones since {{ time(known.rebuild.since) }}. The live ones go on until then, and are swapped at the end.</p>
<p>{{ bar(known.rebuild.progress, 'How far the rebuild is') }}</p>
{% else %}
{% if known.rebuild.problem %}
<p class="problem">{{ known.rebuild.problem }}</p>
{% endif %}
{% if how == 'command' %}
<p>Needed only where a table is wrong. The file belongs to this process, so stop the server first, then give the command, then start it again: <code>hookledger projections rebuild</code>. Events are kept in any case. After a change of version the server's start does it by itself.</p>
{% elif how == 'button' %}
<p>Needed only where a table is wrong. It goes on beside the live tables, in this very process, which answers more slowly meanwhile; where that matters, give <code>hookledger projections rebuild</code> on a machine of your own choice.</p>
<form method="post" action="/system/rebuild" data-confirm="Build all read models anew? This process answers more slowly until it is done.">
<button class="small quiet">Rebuild</button>
</form>
{% else %}
<p>Owners and admins can build them anew here; on a machine it is <code>hookledger projections rebuild</code>.</p>
{% endif %}
{% endif %}
</section>

<section class="panel">
<h2>Workers</h2>
{% if known.workers.length %}
{% call region('Workers') %}
<table>
<thead><tr><th scope="col">Worker</th><th scope="col" class="number">Under way</th><th scope="col">Oldest since</th><th scope="col">Lease</th></tr></thead>
<tbody>
{% for row in known.workers %}
<tr><td class="words"><code>{{ row.workerId }}</code>{% if row.here %} <span class="badge">this process</span>{% endif %}</td><td class="number">{{ row.attempts | number }}</td><td>{% if row.oldestSince %}{{ time(row.oldestSince) }}{% else %}<span class="soft">nothing under way</span>{% endif %}</td><td>{% if row.ranOut %}<span class="badge bad">ran out</span> another worker takes it up{% elif row.attempts %}<span class="badge good">held</span>{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
{% endcall %}
{% else %}
<p class="empty">No worker has anything under way, and this process is none. Where deliveries are due, start one: <code>hookledger serve --roles worker</code></p>
{% endif %}
</section>

<section class="panel">
<h2>What has waited longest, by receiver</h2>
{% if known.queue.origins.length %}
{% call region('What has waited longest, by receiver') %}
<table>
<thead><tr><th scope="col">Origin</th><th scope="col" class="number">Due now</th><th scope="col" class="number">Queued</th><th scope="col">First is due</th></tr></thead>
<tbody>
{% for row in known.queue.origins %}
<tr><td class="words">{{ row.origin }}</td><td class="number">{{ row.due }}</td><td class="number">{{ row.queued }}</td><td>{{ time(row.firstAt) }}</td></tr>
{% endfor %}
</tbody>
</table>
{% endcall %}
{% else %}
<p class="empty">Nothing waits: each delivery has come to its end.</p>
{% endif %}
</section>

<section class="panel">
<h2>Process managers</h2>
<p class="soft">They give commands because of events: retries, suspensions, messages of the feed. Their checkpoint is only a head start, kept when there was something to do or after 10,000 events, so that being some thousands behind is nothing.</p>
{% call region('Process managers') %}
<table>
<thead><tr><th scope="col">Process</th><th scope="col" class="number">Checkpoint</th><th scope="col" class="number">Behind</th></tr></thead>
<tbody>
{% for row in known.processes %}
<tr><th scope="row">{{ row.name }}</th><td class="number">{{ row.position | number }}</td><td class="number">{{ row.behind }}</td></tr>
{% else %}
<tr><td colspan="3">None had anything to do yet.</td></tr>
{% endfor %}
</tbody>
</table>
{% endcall %}
</section>

{% endif %}
<div class="panels">
<section class="panel">
<h2>Stores</h2>
<dl class="facts">
<dt>Events</dt><dd>{{ stores.events.kind }}{% if known %}, {{ known.eventsSize }}{% endif %}<br><span class="small-text soft">{{ stores.events.where }}</span></dd>
<dt>Read models</dt><dd>{{ stores.readModels.kind }}{% if known %}, {{ known.readModelsSize }}{% endif %}<br><span class="small-text soft">{{ stores.readModels.where }}</span></dd>
<dt>Keys</dt><dd>{{ stores.keys }}</dd>
<dt>Master key</dt><dd>{{ stores.masterKey }}</dd>
</dl>
</section>
<section class="panel">
<h2>This process</h2>
<dl class="facts">
<dt>hookledger</dt><dd>{{ here.version }}</dd>
<dt>Node</dt><dd>{{ here.nodeVersion }}</dd>
<dt>Roles</dt><dd>{{ here.roles }}</dd>
<dt>Up since</dt><dd>{{ time(here.startedAt) }} ({{ here.uptime }})</dd>
<dt>Figures</dt><dd><a href="/metrics">/metrics</a> for Prometheus, <a href="/readyz">/readyz</a> for load balancers</dd>
</dl>
</section>
</div>
</div>
{% endblock %}
`;
