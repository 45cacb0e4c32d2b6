export const failureTemplate = `{% extends 'layout' %}
{% block content %}
<p class="problem" role="alert">{{ message }}</p>
<p>{% if again %}<a class="button" href="{{ again }}">Try again</a>{% else %}<a href="/">To the first page</a>{% endif %}</p>
{% endblock %}
`;
