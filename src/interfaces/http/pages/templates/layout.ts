/**
 * What all pages have around them. A page of the dashboard says by \`section\` where it belongs, and has the width that it
 * gets; the others ask for a little, and are a card.
 */
export const layoutTemplate = `<!doctype html>
<html lang="en"{% if theme != 'system' %} data-theme="{{ theme }}"{% endif %}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{{ 'light dark' if theme == 'system' else theme }}">
<title>{{ title }} · hookledger</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ asset('pages.css') }}">
{% block head %}{% endblock %}
{% if section %}
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false,"morphIgnore":["data-htmx-powered","open"]}'>
<script src="{{ asset('htmx.js') }}" defer></script>
<script src="{{ asset('pages.js') }}" type="module"></script>
<script src="{{ asset('live.js') }}" type="module"></script>
{% endif %}
</head>
<body>
{% if section %}
<a class="skip" href="#content">Skip to the content</a>
{% endif %}
<header class="bar">
<a class="brand" href="/">hookledger</a>
{% if section %}
<nav aria-label="Sections">
{% for item in SECTIONS %}
<a href="{{ item.path }}"{% if item.name == section %} aria-current="page"{% endif %}>{{ item.label }}</a>
{% endfor %}
</nav>
{% endif %}
{% if member %}
<form class="who" method="post" action="/log-out">
{% if section %}
<span class="live" id="live-state" data-since="{{ mark }}" role="status" hidden></span>
{% endif %}
<a href="/account">{{ member.email }}</a> <span>{{ member.role }}</span>
<button class="quiet small">Log out</button>
</form>
{% endif %}
</header>
<main id="content" class="{{ 'wide' if section else 'card' }}">
{% if crumbs %}
<p class="crumbs">{% for crumb in crumbs %}<a href="{{ crumb.path }}">{{ crumb.label }}</a> › {% endfor %}</p>
{% endif %}
{% block heading %}<h1>{{ title }}</h1>{% endblock %}
{% if notice %}
<p class="notice" role="status">{{ notice }}</p>
{% endif %}
{% if problem and not problem.field %}
<p class="problem" role="alert">{{ problem.message }}</p>
{% endif %}
{% block content %}{% endblock %}
</main>
<footer class="foot"><a href="/docs">The API's documentation</a></footer>
</body>
</html>
`;
