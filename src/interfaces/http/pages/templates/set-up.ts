/** `state` is form, hint or over. */
export const setUpTemplate = `{% extends 'layout' %}
{% from 'fields' import field, newPassword %}
{% block content %}
{% if state == 'form' %}
<p>Nobody is a member yet. You become the owner, who may do everything and makes the other members.</p>
<form method="post">
{{ field('email', 'E-mail address', 'username', problem, type='email', value=email, attributes='required') }}
{{ newPassword(problem) }}
<button>Become the owner</button>
</form>
{% elif state == 'hint' %}
<p>Nobody is a member yet. The first one is made by whoever started the server, who finds the link in what it printed:</p>
<pre>no members yet: set up the owner at http://…/set-up?token=…</pre>
<p>Or on the machine itself, which prints the path of a page where the password is set:</p>
<pre>hookledger user create --email you@example.com --role owner</pre>
{% else %}
<p>It has members. Log in, or ask an owner or admin for an invitation.</p>
<p><a class="button" href="/log-in">Log in</a></p>
{% endif %}
{% endblock %}
`;
