export const recoveryCodesTemplate = `{% extends 'layout' %}
{% block content %}
<p>Keep these recovery codes in a safe place: they are shown this once. Each works one time, in place of a code of your app, should you lose it; codes that you had before work no more.</p>
<ol class="codes" aria-label="Recovery codes">
{% for code in recoveryCodes %}
<li><code>{{ code }}</code></li>
{% endfor %}
</ol>
<p><a class="button" href="{{ path }}">Continue</a></p>
{% endblock %}
`;
