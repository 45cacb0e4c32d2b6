/** What the pages of analytics have in common: what is where, and the form by which it is chosen what is shown. */
export const analyticsPartsTemplate = `{% macro tabBar(tabs) %}
<nav class="tabs" id="analytics-tabs" aria-label="Webhook Analytics">
{% for tab in tabs %}
<a href="{{ tab.path }}"{% if tab.current %} aria-current="page"{% endif %}>{{ tab.label }}{% if tab.size != null %} <span class="tab-size">{{ tab.size | number }}</span>{% endif %}</a>
{% endfor %}
</nav>
{% endmacro %}
{% macro filterForm(filters, view) %}
<form class="filters" method="get" action="{{ filters.path }}">
{% if filters.ranges.length %}
<div class="field"><label for="range">Time</label>
<select id="range" name="range" data-submits-unless="custom">
{% for one in filters.ranges %}
<option value="{{ one.value }}"{% if one.value == view.range %} selected{% endif %}>{{ one.label }}</option>
{% endfor %}
</select></div>
<div class="field custom-range"><label for="from">From (UTC)</label><input id="from" name="from" type="datetime-local" value="{{ view.from }}"></div>
<div class="field custom-range"><label for="to">To (UTC)</label><input id="to" name="to" type="datetime-local" value="{{ view.to }}"></div>
{% endif %}
<div class="field"><label for="flow">Flow</label>
<select id="flow" name="flow">
<option value="">All flows</option>
{% for one in filters.flows %}
<option value="{{ one.value }}"{% if one.value == view.flow %} selected{% endif %}>{{ one.label }}</option>
{% endfor %}
</select></div>
{% if filters.actions.length %}
<div class="field"><label for="action">Action</label>
<select id="action" name="action">
<option value="">All actions</option>
{% for one in filters.actions %}
<option value="{{ one.value }}"{% if one.value == view.action %} selected{% endif %}>{{ one.label }}</option>
{% endfor %}
</select></div>
{% endif %}
{% if filters.hasCode %}
<div class="field"><label for="code">Code</label><input id="code" name="code" value="{{ view.code }}" size="12" placeholder="503, timeout" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
{% endif %}
{% if filters.hasProfile %}
<div class="field"><label for="profile">Profile id</label><input id="profile" name="profile" value="{{ view.profile }}" size="16" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
{% endif %}
<button class="quiet">Show</button>
</form>
{% endmacro %}
`;
