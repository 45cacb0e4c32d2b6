export const revisionsTemplate = `{% extends 'layout' %}
{% from 'shown' import time %}
{% macro choice(name, label, revisions, chosen) %}
<div class="field"><label for="{{ name }}">{{ label }}</label>
<select id="{{ name }}" name="{{ name }}" data-submits>
{% for one in revisions %}
<option value="{{ one.revision }}"{% if one.revision == chosen.revision %} selected{% endif %}>Revision {{ one.revision }}</option>
{% endfor %}
</select></div>
{% endmacro %}
{% block content %}
<section class="panel" aria-labelledby="differences">
<h2 id="differences">{% if revisions.length > 1 %}What differs{% else %}There is one revision{% endif %}</h2>
{% if revisions.length > 1 %}
<form class="filters" method="get" action="{{ here }}">
{{ choice('from', 'From', revisions, from) }}
{{ choice('to', 'To', revisions, to) }}
<button class="quiet">Compare</button>
</form>
{% for part in parts %}
<h3>{{ part.part }}</h3>
<pre class="diff" tabindex="0" role="region" aria-label="{{ part.part }}">
{%- for line in part.lines -%}
{% if line.kind == 'left-out' %}<span class="soft">  … {{ line.count | number }} {{ 'line' if line.count == 1 else 'lines' }} the same</span>
{%- elif line.kind == 'removed' %}<del>- {{ line.text }}</del>
{%- elif line.kind == 'added' %}<ins>+ {{ line.text }}</ins>
{%- else %}<span>  {{ line.text }}</span>
{%- endif -%}
{% endfor %}</pre>
{% else %}
<p>{% if from.revision == to.revision %}Choose two revisions to compare.{% else %}These two revisions are the same.{% endif %}</p>
{% endfor %}
{% else %}
<p>Each time that the webhook's name, URL, headers or body is changed, there will be another one to compare it with.</p>
{% endif %}
</section>
<div class="panel scroll" tabindex="0" role="region" aria-label="All revisions">
<table>
<thead><tr><th scope="col" class="number">Revision</th><th scope="col">Made</th><th scope="col">By</th><th scope="col">URL</th><th scope="col">Set-up check</th></tr></thead>
<tbody>
{% for one in revisions %}
<tr>
<td class="number">{{ one.revision }}</td>
<td>{{ time(one.time) }}</td>
<td>{{ one.actor }}</td>
<td class="mono">{{ one.url }}</td>
<td>{% if one.check %}<span class="badge {{ 'good' if one.check.verified else 'bad' }}">{{ 'worked' if one.check.verified else 'failed' }}</span> {{ one.check.detail }}{% else %}none{% endif %}</td>
</tr>
{% endfor %}
</tbody>
</table>
</div>
{% endblock %}
`;
