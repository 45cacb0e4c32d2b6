export const newPasswordTemplate = `{% extends 'layout' %}
{% from 'fields' import field %}
{% block content %}
<p>{{ sentence }}</p>
<form method="post">
{{ field('email', 'E-mail address', 'username', problem, type='email', value=email, attributes='readonly') }}
{{ field('password', 'New password', 'new-password', problem, type='password',
  hint=minLength + ' to ' + maxLength + ' characters; four words that nobody else puts together are a good one.', attributes='required') }}
{{ field('repeated', 'New password again', 'new-password', problem, type='password', attributes='required') }}
<button>{{ button }}</button>
</form>
{% endblock %}
`;
