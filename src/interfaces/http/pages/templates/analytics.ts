/** The plot is drawn by a script from the table below it, which says the same to whoever has none. */
export const analyticsTemplate = `{% extends 'layout' %}
{% from 'shown' import time %}
{% from 'analytics-parts' import tabBar, filterForm %}
{% block head %}
<link rel="stylesheet" href="{{ asset('uplot.css') }}">
<script src="{{ asset('uplot.js') }}" defer></script>
<script src="{{ asset('analytics.js') }}" type="module"></script>
{% endblock %}
{% block content %}
{{ tabBar(tabs) }}
{{ filterForm(filters, view) }}
<div id="figures" class="figures" data-live="analytics" hx-get="{{ here }}" hx-trigger="live" hx-select="#figures" hx-select-oob="#analytics-tabs" hx-target="this" hx-swap="outerMorph">
<dl class="stats">
<div><dt>Requested</dt><dd>{{ totals.requested | number }}</dd></div>
<div><dt>Succeeded</dt><dd>{{ totals.succeeded | number }}</dd></div>
<div><dt>Failed</dt><dd>{{ totals.failed | number }}</dd></div>
<div><dt>Skipped</dt><dd>{{ totals.skipped | number }}</dd></div>
<div><dt>Waiting now</dt><dd>{{ totals.waiting | number }}</dd></div>
<div><dt>Success rate</dt><dd>{% if totals.successRate == null %}–{% else %}{{ totals.successRate }} <small>%</small>{% endif %}</dd></div>
<div><dt>Attempts a delivery</dt><dd>{% if attemptsADelivery == null %}–{% else %}{{ attemptsADelivery | number }}{% endif %}</dd></div>
<div class="latency"><dt>Latency p50 · p95 · p99</dt><dd>{% if responseTime.p50Ms == null %}–{% else %}{{ responseTime.p50Ms | number }} · {{ responseTime.p95Ms | number }} · {{ responseTime.p99Ms | number }} <small>ms</small>{% endif %}</dd></div>
</dl>
<section class="panel" aria-labelledby="plot-heading">
<div class="heading">
<h2 id="plot-heading">Deliveries by outcome, {{ rangeInWords | lower }}</h2>
<a href="{{ csv }}">Download as CSV</a>
</div>
{% if totals.requested or totals.ended %}
<ul class="plot-legend">
<li><span class="swatch succeeded"></span> Succeeded <strong>{{ totals.succeeded | number }}</strong></li>
<li><span class="swatch skipped"></span> Skipped <strong>{{ totals.skipped | number }}</strong></li>
<li><span class="swatch failed"></span> Failed <strong>{{ totals.failed | number }}</strong></li>
</ul>
<div class="plot" id="plot" data-table="plot-data" aria-hidden="true" hx-morph-skip></div>
<details class="plot-table">
<summary>The figures of the plot as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Deliveries by outcome">
<table id="plot-data">
<thead><tr><th scope="col">From</th><th scope="col" class="number">Requested</th><th scope="col" class="number">Succeeded</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Skipped</th></tr></thead>
<tbody>
{% for step in steps %}
<tr data-from="{{ step.from }}" data-to="{{ step.to }}" data-counts="{{ step.succeeded }} {{ step.failed }} {{ step.skipped }}"><td class="nowrap"><a href="{{ step.path }}">{{ time(step.at) }}</a></td><td class="number">{{ step.requested | number }}</td><td class="number">{{ step.succeeded | number }}</td><td class="number">{{ step.failed | number }}</td><td class="number">{{ step.skipped | number }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</details>
{% else %}
<div class="empty"><p>Nothing was delivered in this time.</p><p>Choose a longer time above, or <a href="/flows">set a flow live</a> that has a webhook action.</p></div>
{% endif %}
</section>
<div class="panels">
<section class="panel" aria-labelledby="codes-heading">
<h2 id="codes-heading">Answers and errors</h2>
{% if codes.length %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="codes-heading">
<table>
<thead><tr><th scope="col">Status code or error</th><th scope="col" class="number">Attempts</th></tr></thead>
<tbody>
{% for one in codes %}
<tr><td><code>{{ one.code }}</code></td><td class="number">{{ one.count | number }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p class="soft">No attempt came to its end in this time.</p>
{% endif %}
</section>
<section class="panel" aria-labelledby="origins-heading">
<h2 id="origins-heading">Top failing origins</h2>
{% if origins.length %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="origins-heading">
<table>
<thead><tr><th scope="col">Origin</th><th scope="col" class="number">Failed attempts</th></tr></thead>
<tbody>
{% for one in origins %}
<tr><td>{{ one.origin }}</td><td class="number">{{ one.count | number }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p class="soft">No attempt failed in this time.</p>
{% endif %}
</section>
</div>
<section class="panel" aria-labelledby="actions-heading">
<h2 id="actions-heading">By action</h2>
{% if actions.length %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="actions-heading">
<table>
<thead><tr><th scope="col">Action</th><th scope="col">Flow</th><th scope="col" class="number">Requested</th><th scope="col" class="number">Succeeded</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Skipped</th><th scope="col" class="number">Waiting now</th><th scope="col" class="number">Success rate</th></tr></thead>
<tbody>
{% for one in actions %}
<tr><td><a href="{{ one.here }}">{{ one.name }}</a></td><td>{{ one.flowName }}</td><td class="number">{{ one.requested | number }}</td><td class="number">{{ one.succeeded | number }}</td><td class="number">{% if one.failed %}<a href="{{ one.failedPath }}">{{ one.failed | number }}</a>{% else %}0{% endif %}</td><td class="number">{% if one.skipped %}<a href="{{ one.skippedPath }}">{{ one.skipped | number }}</a>{% else %}0{% endif %}</td><td class="number">{{ one.waiting | number }}</td><td class="number">{% if one.successRate == null %}–{% else %}{{ one.successRate }} %{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% if actionsLeftOut %}
<p class="soft">{{ actionsLeftOut | number }} actions with fewer requests are left out; choose a flow to see its own.</p>
{% endif %}
{% else %}
<p class="soft">No action had deliveries in this time.</p>
{% endif %}
</section>
</div>
{% endblock %}
`;
