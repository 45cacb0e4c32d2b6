export const deliveryTemplate = `{% extends 'layout' %}
{% from 'shown' import time, status %}
{% block heading %}{% endblock %}
{% block content %}
<div id="delivery" data-live="activity" hx-get="{{ here }}" hx-trigger="live" hx-select="#delivery" hx-target="this" hx-swap="outerMorph">
<div class="heading">
<h1>{{ title }} {{ status(delivery.status) }}</h1>
{% if mayResend and body.state == 'shown' and (delivery.status == 'failed' or delivery.status == 'skipped') %}
<form method="post" action="/deliveries/{{ delivery.deliveryId }}/resend" data-confirm="Send this webhook again, with the same body, now?">
<button>Send again</button>
</form>
{% endif %}
</div>
{% if delivery.code %}
<p class="{{ 'notice' if delivery.status == 'succeeded' else 'problem' }}">{{ delivery.code }}{% if delivery.message %}: {{ delivery.message }}{% endif %}</p>
{% endif %}
<div class="panels">
<section class="panel" aria-labelledby="what">
<h2 id="what">What it is</h2>
<dl class="facts">
<dt>To</dt><dd class="mono">{{ delivery.url }}</dd>
<dt>Recipient</dt><dd>{% if not delivery.profileId %}nobody: it is of the outbound feed{% elif delivery.recipient %}{{ delivery.recipient }}{% else %}forgotten, or without an identifier{% endif %}</dd>
<dt>Attempts</dt><dd>{{ delivery.attempts | number }}</dd>
<dt>Requested</dt><dd>{{ time(delivery.requestedAt) }}</dd>
{% if delivery.dueAt %}
<dt>Next attempt</dt><dd>{{ time(delivery.dueAt) }}</dd>
{% endif %}
<dt>Last change</dt><dd>{{ time(delivery.updatedAt) }}</dd>
</dl>
</section>
<section class="panel" aria-labelledby="why">
<h2 id="why">Why it is</h2>
<dl class="facts">
{% if ofFeed %}
<dt>Subscription</dt><dd>{% if subscriptionName is not none %}<span>{{ subscriptionName }}</span>{% else %}deleted{% endif %}<br><span class="mono small-text">{{ delivery.actionId }}</span></dd>
<dt>Tells of event</dt><dd class="mono">{{ delivery.triggerId }}</dd>
{% else %}
<dt>Flow</dt><dd>{% if flowName is not none %}<a href="/flows/{{ delivery.flowId }}">{{ flowName }}</a>{% else %}<span class="mono">{{ delivery.flowId }}</span>, deleted{% endif %}</dd>
<dt>Action</dt><dd>{% if actionName is not none %}<a href="/flows/{{ delivery.flowId }}/actions/{{ delivery.actionId }}">{{ actionName }}</a>, rendered from <a href="/flows/{{ delivery.flowId }}/actions/{{ delivery.actionId }}/revisions">revision {{ actionRevision }}</a>{% else %}<span class="mono">{{ delivery.actionId }}</span>, removed; rendered from revision {{ actionRevision }}{% endif %}</dd>
<dt>Trigger</dt><dd>{% if trigger %}{{ trigger.kind }} “{{ trigger.name }}”, {{ time(trigger.occurredAt) }}{% else %}unknown{% endif %}<br><span class="mono small-text">{{ delivery.triggerId }}</span></dd>
<dt>Profile</dt><dd class="mono">{{ delivery.profileId }}</dd>
{% endif %}
<dt>Correlation</dt><dd class="mono">{{ correlationId }}</dd>
<dt>webhook-id</dt><dd class="mono">{{ delivery.deliveryId }}</dd>
</dl>
{% if trigger and trigger.forgotten %}
<p class="soft">The profile was forgotten, and the trigger's properties with it.</p>
{% elif trigger and trigger.properties %}
<details><summary>The trigger's properties</summary><pre>{{ trigger.properties }}</pre></details>
{% endif %}
</section>
</div>

<section class="panel" aria-labelledby="body">
<div class="heading">
<h2 id="body">Body</h2>
{% if curl %}
<button type="button" class="quiet small" data-copy-of="curl">Copy as curl</button>
{% endif %}
</div>
{% if body.state == 'not_rendered' %}
<p>There is none: it could not be rendered. Mend the action's template, and send the event again.</p>
{% elif body.state == 'forgotten' %}
<p>The profile was forgotten, and this body with it.</p>
{% else %}
<pre>{{ body.text }}</pre>
{% if not body.whole %}
<p class="soft">It has {{ body.bytes | number }} bytes, of which the beginning is shown. <a href="/deliveries/{{ delivery.deliveryId }}/body" download>Download it whole</a></p>
{% endif %}
{% if curl %}
<details><summary>As a curl command</summary>
<p class="soft">What is secret is left to variables of your shell, and the signature out: it belongs to one time.</p>
<pre id="curl">{{ curl }}</pre></details>
{% endif %}
{% endif %}
</section>

<section class="panel" aria-labelledby="attempts">
<h2 id="attempts">Attempts</h2>
{% for attempt in attemptsShown %}
<details class="attempt"{% if loop.first %} open{% endif %}>
<summary>Attempt {{ attempt.attempt | number }} {% if attempt.code is none %}<span class="badge info">under way</span>{% else %}<span class="badge {{ 'good' if attempt.good else 'bad' }}">{{ attempt.code }}</span> after {{ attempt.durationMs | number }} ms{% endif %} · {{ time(attempt.at) }}</summary>
<div class="panels">
<div>
<h3>Request</h3>
<p class="mono">POST {{ attempt.url }}</p>
<dl class="facts mono small-text">
{% for header in attempt.headers %}
<dt>{{ header[0] }}</dt><dd>{{ header[1] }}</dd>
{% endfor %}
</dl>
<p class="soft">Sent by {{ attempt.workerId }}, as the action was at revision {{ attempt.revision }}. {% if attempt.signedBy.length %}Signed by the key{{ 's' if attempt.signedBy.length > 1 else '' }} {{ attempt.signedBy | join(', ') }}.{% else %}Not signed: the action has no signing secret.{% endif %}</p>
</div>
<div>
<h3>Answer</h3>
{% if attempt.code is none %}
<p>None yet.</p>
{% elif attempt.message %}
<p>{{ attempt.message }}</p>
{% else %}
<p>Status {{ attempt.code }}</p>
{% if attempt.answer %}
<pre>{{ attempt.answer }}</pre>
{% if attempt.answerCut %}
<p class="soft">The beginning of it; the history has what was kept.</p>
{% endif %}
{% else %}
<p class="soft">Without a body.</p>
{% endif %}
{% endif %}
</div>
</div>
</details>
{% else %}
<p>None was made{% if delivery.dueAt %} yet{% endif %}.</p>
{% endfor %}
{% if attemptsHidden %}
<p class="soft">{{ attemptsHidden | number }} earlier ones are in the history below, and at the command line.</p>
{% endif %}
</section>

{% if attemptsShown.length and attemptsShown[0].signedBy.length %}
<section class="panel" aria-labelledby="signature-check">
<h2 id="signature-check">Check a signature</h2>
<p class="soft">Paste the <code>webhook-signature</code> that the receiver got, to see whether it is the one that was sent.</p>
<form class="filters" method="get" action="/deliveries/{{ delivery.deliveryId }}#signature-check">
<div class="field"><label for="attempt">Attempt</label>
<select id="attempt" name="attempt">{% for attempt in attemptsShown %}<option value="{{ attempt.attempt }}"{% if attempt.attempt == checkedAttempt %} selected{% endif %}>{{ attempt.attempt }}</option>{% endfor %}</select></div>
<div class="field"><label for="signature">webhook-signature</label>
<input id="signature" name="signature" value="{{ signature }}" size="50" autocomplete="off" autocapitalize="none" spellcheck="false" required></div>
<button class="quiet">Check</button>
</form>
{% if checkedKey %}
<p class="notice" role="status">It is genuine: made for attempt {{ checkedAttempt }} by the key {{ checkedKey }}.</p>
{% elif checkedKey is not none %}
<p class="problem" role="alert">No key of this action made that for attempt {{ checkedAttempt }}, with this body and its timestamp. If it belongs to another attempt, choose that one.</p>
{% endif %}
</section>
{% endif %}

<section class="panel" aria-labelledby="history">
<h2 id="history">History</h2>
{% if entriesHidden %}
<p class="soft">The newest {{ entries.length | number }} of {{ (entriesHidden + entries.length) | number }} events; all of them: <code>hookledger history delivery-{{ delivery.deliveryId }}</code></p>
{% endif %}
<ol class="timeline">
{% for entry in entries %}
<li>
<span class="when">{{ time(entry.time) }}</span>
<span class="mono small-text">{{ entry.type }}</span>
<p>{% if entry.dueAt %}The next attempt is due at {{ time(entry.dueAt) }}. {% endif %}{{ entry.sentence }} <span class="soft">By {{ entry.actor }}.</span></p>
</li>
{% endfor %}
</ol>
</section>
</div>
{% endblock %}
`;
