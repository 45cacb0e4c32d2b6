/** `reminder` is what two-step-reminder.ts says; of each session its own hash names it, since only that is kept. */
export const accountTemplate = `{% extends 'layout' %}
{% from 'fields' import field, newPassword %}
{% from 'shown' import time %}
{% from 'two-step-reminder' import reminder as showReminder %}
{% block content %}
{% if reminder == 'reminder' or reminder == 'unverifiable' %}
{{ showReminder('/account', reminder == 'unverifiable') }}
{% endif %}
<div class="panels">
<section class="panel" aria-labelledby="you">
<h2 id="you">You</h2>
<dl class="facts">
<dt>E-mail address</dt><dd>{{ member.email }}</dd>
<dt>Role</dt><dd>{{ member.role }}</dd>
<dt>Two-step</dt><dd>{{ 'on' if member.twoStep else 'off' }} · <a href="/two-step?continue=/account">{{ 'Recovery codes, or switch it off' if member.twoStep else 'Set it up' }}</a></dd>
</dl>
</section>
<section class="panel" aria-labelledby="look">
<h2 id="look">Look</h2>
<form method="post" action="/account/theme">
<fieldset class="choices">
<legend>Colours in this browser</legend>
{% for theme in themes %}
<label><input type="radio" name="theme" value="{{ theme }}"{% if theme == chosenTheme %} checked{% endif %}> {{ theme | capitalize }}</label>
{% endfor %}
</fieldset>
<button class="quiet small">Use these colours</button>
</form>
</section>
</div>
<section class="panel" aria-labelledby="sessions">
<h2 id="sessions">Sessions</h2>
<p class="soft">A session ends after two hours without use, and twelve hours after the log-in. Its use is noted every quarter of an hour.</p>
<form method="post" action="/account/sessions">
<div class="scroll" tabindex="0" role="region" aria-labelledby="sessions">
<table>
<thead><tr><th scope="col"><span class="hidden-label">What you can do</span></th><th scope="col">Log-in</th><th scope="col">Last use noted</th><th scope="col">Ends by</th></tr></thead>
<tbody>
{% for session in sessions %}
<tr>
<td>{% if session.isThisOne %}<span class="badge good">this one</span>{% else %}<button class="quiet small" name="end" value="{{ session.sha256 }}" aria-label="End the session of {{ session.startedAt | utc }}">End</button>{% endif %}</td>
<td>{{ time(session.startedAt) }}</td>
<td>{{ time(session.renewedAt) }}</td>
<td>{{ time(session.expiresAt) }}</td>
</tr>
{% endfor %}
</tbody>
</table>
</div>
{% if sessions.length > 1 %}
<p class="after"><button class="danger small" name="end" value="others">End all other sessions</button></p>
{% endif %}
</form>
</section>
<section class="panel narrow" aria-labelledby="password-title">
<h2 id="password-title">Change your password</h2>
<p class="soft">All your other sessions end by it.</p>
<form method="post" action="/account/password">
{{ field('email', 'E-mail address', 'username', none, type='email', value=member.email, attributes='readonly') }}
{{ field('password', 'Present password', 'current-password', problem, type='password', attributes='required') }}
{{ newPassword(problem, 'newPassword') }}
<button>Change the password</button>
</form>
</section>
{% endblock %}
`;
