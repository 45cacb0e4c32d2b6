/** \`type\` is the kind of trigger that the form is for. */
export const newFlowTemplate = `{% extends 'layout' %}
{% from 'fields' import field %}
{% macro choice(name, label, options, value) %}
<div class="field">
<label for="{{ name }}">{{ label }}</label>
<select id="{{ name }}" name="{{ name }}">
{% for option in options %}
<option value="{{ option[0] }}"{% if option[0] == value %} selected{% endif %}>{{ option[1] }}</option>
{% endfor %}
</select>
</div>
{% endmacro %}
{% macro audience(options, chosen, problem) %}
<fieldset class="field choices">
<legend>For profiles that</legend>
{% for option in options %}
<label class="choice"><input type="checkbox" name="audience" value="{{ option[0] }}"{% if option[0] in chosen %} checked{% endif %}> {{ option[1] }}</label>
{% endfor %}
{% if problem and problem.field == 'audience' %}
<p class="problem" role="alert">{{ problem.message }}</p>
{% endif %}
</fieldset>
{% endmacro %}
{% block content %}
{% if not mayWrite %}
<p class="panel">Making a flow takes the role manager, admin or owner; you have the role {{ member.role }}.</p>
{% else %}
<p class="hint">What starts the flow</p>
<nav class="tabs" aria-label="What starts the flow">
{% for item in types %}
<a href="/flows/new?trigger={{ item.name }}"{% if item.name == type %} aria-current="page"{% endif %}>{{ item.label }}</a>
{% endfor %}
</nav>
<form class="panel narrow" method="post" action="/flows/new?trigger={{ type }}">
<input type="hidden" name="trigger" value="{{ type }}">
{{ field('name', 'Name', 'off', problem, value=values.name, attributes='required maxlength="255"') }}
{% if type == 'metric' %}
{{ field('metric', 'Metric', 'off', problem, hint='Choose one that is known, or type a new name: it is known from then on. Each event of it starts the flow.', value=values.metric, attributes='required maxlength="128" list="metrics"') }}
<datalist id="metrics">
{% for entry in choices %}
<option value="{{ entry.name }}"></option>
{% endfor %}
</datalist>
{% elif type == 'list' or type == 'segment' %}
{% if choices.length == 0 %}
<p class="hint">{% if type == 'list' %}There is no list yet; name a new one.{% else %}There is no segment yet. Make one by the API (<code>POST /api/segments</code>), then choose it here.{% endif %}</p>
{% else %}
<div class="field">
<label for="id">{{ 'List' if type == 'list' else 'Segment' }}</label>
<p class="hint" id="id-hint">Each profile that joins it starts the flow.</p>
<select id="id" name="id" aria-describedby="id-hint{% if problem and problem.field == 'id' %} id-problem{% endif %}">
{% for entry in choices %}
<option value="{{ entry.id }}"{% if entry.id == values.id %} selected{% endif %}>{{ entry.name }}</option>
{% endfor %}
</select>
{% if problem and problem.field == 'id' %}
<p class="problem" id="id-problem" role="alert">{{ problem.message }}</p>
{% endif %}
</div>
{% endif %}
{% if type == 'list' %}
{{ field('newList', 'New list', 'off', problem, hint='To make one instead, give its name.', value=values.newList, attributes='maxlength="255"') }}
{% endif %}
{% elif type == 'date' %}
{{ field('date_profile_property', 'Property', 'off', problem, hint="The profile's property that holds the date, such as birthday.", value=values.date_profile_property, attributes='required maxlength="255"') }}
{{ field('timedelta_value_before_date', 'How long before the date', 'off', problem, type='number', value=values.timedelta_value_before_date, attributes='required min="0" max="1000" step="1"') }}
{{ choice('timedelta_unit_before_date', 'Counted in', [['days', 'days'], ['weeks', 'weeks'], ['months', 'months']], values.timedelta_unit_before_date) }}
{{ choice('recurrence_frequency', 'The date recurs', [['never', 'never: once'], ['weekly', 'every week'], ['monthly', 'every month'], ['annually', 'every year']], values.recurrence_frequency) }}
{{ field('trigger_time', 'At', 'off', problem, type='time', value=values.trigger_time, attributes='required') }}
{{ field('timezone', 'Time zone', 'off', problem, hint="An IANA time zone such as Europe/Berlin, or profile: the profile's own.", value=values.timezone, attributes='required maxlength="64" spellcheck="false"') }}
{% elif type == 'price-drop' %}
{{ field('price_drop_amount_value', 'The price drops by at least', 'off', problem, type='number', value=values.price_drop_amount_value, attributes='required min="0.01" step="any"') }}
{{ choice('price_drop_amount_unit', 'Counted in', [['percent', 'per cent'], ['currency', 'US dollars']], values.price_drop_amount_unit) }}
{{ audience([['viewed', 'viewed the product'], ['checkout-started', 'started a checkout with it']], values.audience, problem) }}
{{ field('timeframe_days', 'Within the last days', 'off', problem, type='number', value=values.timeframe_days, attributes='required min="1" max="365" step="1"') }}
{% else %}
{{ choice('product_level', 'The stock of', [['product', 'a product: the sum of its variants'], ['variant', 'a variant']], values.product_level) }}
{{ field('inventory_count', 'Comes down to', 'off', problem, type='number', value=values.inventory_count, attributes='required min="0" step="1"') }}
{{ audience([['viewed', 'viewed the product'], ['added-to-cart', 'added it to a cart'], ['checkout-started', 'started a checkout with it']], values.audience, problem) }}
{{ field('timeframe_days', 'Within the last days', 'off', problem, type='number', value=values.timeframe_days, attributes='required min="1" max="365" step="1"') }}
{% endif %}
<p class="hint">Flows with filters, re-entry criteria, delays or splits are made by the API (<code>POST /api/flows</code>) or on the command line (<code>hookledger flow create</code>), and shown here like the others.</p>
<button>Create flow</button>
</form>
{% endif %}
{% endblock %}
`;
