import { MAX_LENGTH, MIN_LENGTH } from '../../../../domain/account/password.js';

/** A labelled field, with what is wrong with it below it. `attributes` are the template's own words, never anybody's input. */
export const fieldsTemplate = `{% macro field(name, label, autocomplete, problem, id='', type='text', hint='', value='', attributes='') %}
{% set id = id or name %}
{% set wrong = problem and problem.field == name %}
<div class="field">
<label for="{{ id }}">{{ label }}</label>
{% if hint %}
<p class="hint" id="{{ id }}-hint">{{ hint }}</p>
{% endif %}
<input id="{{ id }}" name="{{ name }}" type="{{ type }}" autocomplete="{{ autocomplete }}"{% if value %} value="{{ value }}"{% endif %}{% if hint or wrong %} aria-describedby="{% if hint %}{{ id }}-hint{% endif %}{% if hint and wrong %} {% endif %}{% if wrong %}{{ id }}-problem{% endif %}"{% endif %}{% if wrong %} aria-invalid="true" autofocus{% endif %} {{ attributes | safe }}>
{% if wrong %}
<p class="problem" id="{{ id }}-problem" role="alert">{{ problem.message }}</p>
{% endif %}
</div>
{% endmacro %}
{% macro newPassword(problem, name='password') %}
{{ field(name, 'New password', 'new-password', problem, type='password',
  hint='${MIN_LENGTH} to ${MAX_LENGTH} characters; four words that nobody else puts together are a good one.', attributes='required') }}
{{ field('repeated', 'New password again', 'new-password', problem, type='password', attributes='required') }}
{% endmacro %}
`;
