export const homeTemplate = `{% extends 'layout' %}
{% block content %}
<p>It delivers the webhook actions of flows and keeps a record of each step.</p>
{% if member %}
<p>You are logged in as <strong>{{ member.email }}</strong> with the role <strong>{{ member.role }}</strong>.</p>
<ul class="links">
<li><a href="/two-step">Two-step authentication</a></li>
<li><a href="/docs">The API's documentation</a></li>
</ul>
{% else %}
<ul class="links">
<li><a href="/log-in">Log in</a></li>
<li><a href="/docs">The API's documentation</a></li>
</ul>
{% endif %}
{% endblock %}
`;
