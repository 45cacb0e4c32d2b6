export const newPasswordTemplate = `{% extends 'layout' %}
{% from 'fields' import field, newPassword %}
{% block content %}
<p>{{ sentence }}</p>
<form method="post">
{{ field('email', 'E-mail address', 'username', problem, type='email', value=email, attributes='readonly') }}
{{ newPassword(problem) }}
<button>{{ button }}</button>
</form>
{% endblock %}
`;
