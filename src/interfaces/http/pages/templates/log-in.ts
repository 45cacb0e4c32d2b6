/** On a second try the e-mail address is there already, and the password is what comes next. */
export const logInTemplate = `{% extends 'layout' %}
{% from 'fields' import field %}
{% block content %}
<form method="post" action="{{ here }}">
{{ field('email', 'E-mail address', 'username', problem, type='email', value=email, attributes='required') }}
{{ field('password', 'Password', 'current-password', problem, type='password', attributes='required autofocus' if email else 'required') }}
{{ field('code', 'Code', 'one-time-code', problem,
  hint='The six digits of your authenticator app, or a recovery code.' if codeRequired else 'Only if two-step authentication is on for you: the six digits of your authenticator app, or a recovery code.',
  attributes='required autocapitalize="none" spellcheck="false"' if codeRequired else 'autocapitalize="none" spellcheck="false"') }}
<button>Log in</button>
</form>
{% endblock %}
`;
