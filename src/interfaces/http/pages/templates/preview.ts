/** A body as it would be sent; editor.js reads from the problem where it is. */
export const previewPartTemplate = `{% macro part(preview) %}
{% if preview.error %}
<p class="problem" id="body-error" data-line="{{ preview.error.line or '' }}" data-column="{{ preview.error.column or '' }}">{% if preview.error.line %}<strong>Line {{ preview.error.line }}, column {{ preview.error.column }}:</strong> {% endif %}{{ preview.error.message }}</p>
{% else %}
<pre class="rendered" tabindex="0" role="region" aria-label="As it would be sent">{{ preview.rendered }}</pre>
<p class="hint">{{ preview.bytes | number }} bytes</p>
{% for warning in preview.warnings %}
<p class="warning">{{ warning }}</p>
{% endfor %}
{% endif %}
{% endmacro %}
`;

export const previewTemplate = `{% from 'preview-part' import part %}{{ part(preview) }}`;
