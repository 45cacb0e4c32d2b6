/** What all pages have around them. */
export const layoutTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }}{% if title != 'hookledger runs' %} · hookledger{% endif %}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ styleSheet }}">
</head>
<body>
<header class="bar">
<a class="brand" href="/">hookledger</a>
{% if member %}
<form class="who" method="post" action="/log-out">
<span>{{ member.email }} · {{ member.role }}</span>
<button class="quiet small">Log out</button>
</form>
{% endif %}
</header>
<main>
<h1>{{ title }}</h1>
{% if notice %}
<p class="notice" role="status">{{ notice }}</p>
{% endif %}
{% if problem and not problem.field %}
<p class="problem" role="alert">{{ problem.message }}</p>
{% endif %}
{% block content %}{% endblock %}
</main>
</body>
</html>
`;
