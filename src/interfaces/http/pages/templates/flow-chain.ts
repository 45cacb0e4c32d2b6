/** A flow's actions from its trigger to its end. \`chain\` calls itself for the branches of splits. */
export const flowChainTemplate = `{% from 'shown' import status %}
{% macro add(flowId, place) %}
<a class="add" href="/flows/{{ flowId }}/actions/new?place={{ place | urlencode }}">Add a webhook here</a>
{% endmacro %}
{% macro figures(actionId, counts) %}
<p class="step-figures">
{% if counts %}
<span>{{ counts.succeeded | number }} succeeded</span> <span>{{ counts.waiting | number }} waiting</span> <span{% if counts.failed > 0 %} class="bad-text"{% endif %}>{{ counts.failed | number }} failed</span> <span>{{ counts.skipped | number }} skipped</span>
{% else %}
<span>No deliveries yet</span>
{% endif %}
<a href="/analytics?action={{ actionId }}">Analytics</a>
</p>
{% endmacro %}
{% macro webhook(flowId, action, label, counts, mayWrite) %}
<p class="step-title"><a href="/flows/{{ flowId }}/actions/{{ action.actionId }}">{{ label }}</a> {{ status(action.status) }} <span class="soft small-text">Webhook, <a href="/flows/{{ flowId }}/actions/{{ action.actionId }}/revisions">revision {{ action.revision }}</a></span></p>
<p class="mono small-text">POST {{ action.url }}</p>
{% if action.setUpCheck and not action.setUpCheck.verified %}
<p class="problem small-text">The set-up failed: {{ action.setUpCheck.detail }}</p>
{% endif %}
{% if action.status == 'suspended' %}
<p class="problem small-text">The engine suspended it, since nothing but failures came back for days. Resume it once the receiver is mended; what would be sent meanwhile is not.</p>
{% endif %}
{{ figures(action.actionId, counts) }}
{% if mayWrite %}
<div class="row">
<form method="post" action="/flows/{{ flowId }}/actions/{{ action.actionId }}/status">
{% if action.status == 'live' %}
<button class="quiet small" name="status" value="disabled" aria-label="Disable {{ label }}">Disable</button>
{% elif action.status == 'suspended' %}
<button class="quiet small" name="status" value="resume" aria-label="Resume {{ label }}">Resume</button>
{% else %}
<button class="quiet small" name="status" value="live" aria-label="Set {{ label }} live">Set live</button>
{% endif %}
</form>
<form method="post" action="/flows/{{ flowId }}/actions/{{ action.actionId }}/remove" data-confirm="Remove this webhook from the flow? Deliveries of it that wait are skipped.">
<button class="danger small" aria-label="Remove {{ label }}">Remove</button>
</form>
</div>
{% endif %}
{% endmacro %}
{% macro chain(flowId, it, figures, mayWrite, label) %}
<ol class="chain"{% if label %} aria-label="{{ label }}"{% endif %}>
{% if mayWrite %}
<li class="between">{{ add(flowId, it.place) }}</li>
{% endif %}
{% for step in it.steps %}
<li class="step">
{% if step.type == 'send-webhook' %}
{{ webhook(flowId, step.webhook, step.label, figures[step.webhook.actionId], mayWrite) }}
{% else %}
<p class="step-title">{{ step.label }}</p>
{% endif %}
{% if step.type == 'conditional-split' %}
<div class="branches">
<div><p class="branch">Yes</p>{{ chain(flowId, step.yes, figures, mayWrite, step.label + ' Yes') }}</div>
<div><p class="branch">No</p>{{ chain(flowId, step.no, figures, mayWrite, step.label + ' No') }}</div>
</div>
{% endif %}
</li>
{% if mayWrite and step.type != 'conditional-split' %}
<li class="between">{{ add(flowId, step.place) }}</li>
{% endif %}
{% endfor %}
{% if it.joins %}
<li class="end">Goes on at “{{ it.joins }}”</li>
{% elif it.steps.length == 0 or it.steps[it.steps.length - 1].type != 'conditional-split' %}
<li class="end">End</li>
{% endif %}
</ol>
{% endmacro %}
`;
