/** \`state\` is off, pending or on. */
export const twoStepTemplate = `{% extends 'layout' %}
{% from 'fields' import field %}
{% block content %}
{% if state == 'off' %}
<p>Adding or editing a webhook action needs two-step authentication, and it is off for you. Beside your password, a log-in then takes a code that an app on your phone shows.</p>
<form method="post" action="{{ here }}">
<button name="action" value="prepare">Set up two-step authentication</button>
</form>
{% elif state == 'pending' %}
<p>Scan this with an authenticator app, then type the six digits that it shows.</p>
<img class="qr" src="{{ qrCode }}" alt="QR code with the key that is written below" width="224" height="224">
<p>Or <a href="{{ url }}">open it in an app on this device</a>, or type this key into one:<br><code>{{ groups }}</code></p>
<form method="post" action="{{ here }}">
{{ field('code', 'Code', 'one-time-code', problem, hint='The six digits that the app shows now.', attributes='required inputmode="numeric" maxlength="8"') }}
<button name="action" value="confirm">Switch on</button>
</form>
<h2>Something went wrong?</h2>
<p>With a new QR code, this one works no more.</p>
<form method="post" action="{{ here }}">
<button class="quiet" name="action" value="prepare">Make a new QR code</button>
</form>
{% else %}
<p>A log-in takes your password and a code of your app. {% if recoveryCodesLeft == 1 %}One recovery code is left.{% elif recoveryCodesLeft == 0 %}No recovery code is left; make new ones.{% else %}{{ recoveryCodesLeft }} recovery codes are left.{% endif %}</p>
{% if path != '/' %}
<p><a class="button" href="{{ path }}">Continue</a></p>
{% endif %}
<h2>New recovery codes</h2>
<form method="post" action="{{ here }}">
{{ field('code', 'Code', 'one-time-code', problem if failedAction == 'renew' else none, id='renew-code', hint='The six digits that your app shows now, or a recovery code.', attributes='required autocapitalize="none" spellcheck="false"') }}
<button class="quiet" name="action" value="renew">Make new recovery codes</button>
</form>
<h2>Switch it off</h2>
<p>You can't add or edit webhook actions then.</p>
<form method="post" action="{{ here }}">
{{ field('password', 'Password', 'current-password', problem if failedAction == 'switch-off' else none, id='off-password', type='password', attributes='required') }}
{{ field('code', 'Code', 'one-time-code', problem if failedAction == 'switch-off' else none, id='off-code', hint='The six digits that your app shows now, or a recovery code.', attributes='required autocapitalize="none" spellcheck="false"') }}
<button class="quiet" name="action" value="switch-off">Switch off</button>
</form>
{% endif %}
{% endblock %}
`;
