export const editorTemplate = `{% extends 'layout' %}
{% from 'shown' import time, status %}
{% from 'fields' import field %}
{% from 'preview-part' import part %}
{% from 'two-step-reminder' import reminder %}
{% block head %}
{% if access == 'ok' %}
<script src="{{ asset('editor.js') }}" type="module"></script>
{% endif %}
{% endblock %}
{% block heading %}
<div class="heading"><h1>{{ title }}{% if action %} {{ status(action.status) }}{% endif %}</h1>
{% if action %}
<p class="row"><a href="{{ here }}/revisions">Revisions ({{ action.revision }})</a> <a href="/analytics?action={{ action.actionId }}">Analytics</a></p>
{% endif %}
</div>
{% endblock %}
{% macro asSaved(action) %}
<section class="panel" aria-labelledby="saved">
<h2 id="saved">As it is</h2>
<dl class="facts">
<dt>Sent as</dt><dd>POST, application/json</dd>
<dt>URL</dt><dd class="mono">{{ action.url }}</dd>
{% for name, value in action.headers %}
<dt class="mono">{{ name }}</dt><dd class="mono">{{ value }}</dd>
{% endfor %}
</dl>
<pre tabindex="0" role="region" aria-label="Body">{{ action.body }}</pre>
</section>
{% endmacro %}
{% block content %}
{% if action and action.setUpCheck %}
{% if action.setUpCheck.verified %}
{% if saved %}
<p class="notice" role="status">Saved. The set-up worked: {{ action.setUpCheck.detail }}{% if action.status == 'live' %} The webhook is live.{% endif %}{% if flow.status != 'live' %} The flow is not: <a href="/flows/{{ flow.flowId }}">set it live</a> to have it sent.{% endif %}</p>
{% endif %}
{% else %}
<p class="problem" role="alert">{% if saved %}Saved, but it is not live: {% endif %}The set-up failed: {{ action.setUpCheck.detail }}</p>
{% endif %}
{% endif %}
{% if access == 'role' %}
<p class="hint">Adding or editing a webhook takes the role manager, admin or owner; you have the role {{ member.role }}.</p>
{% if action %}
{{ asSaved(action) }}
{% endif %}
{% elif access != 'ok' %}
{{ reminder(here, access == 'unverifiable') }}
{% if action %}
{{ asSaved(action) }}
{% endif %}
{% else %}
<div class="editor-page">
<form class="panel" id="editor" method="post" action="{{ here }}">
<button class="hidden-label" name="do" value="save" tabindex="-1" aria-hidden="true">Save</button>
{{ field('name', 'Name', 'off', problem, value=form.name, attributes='maxlength="255"') }}
{{ field('url', 'URL', 'off', problem, hint='Requests are POSTed there. It starts with https://, has a certificate that is not self-signed, and does not lead to another URL.', value=form.url, attributes='required spellcheck="false" inputmode="url" autocapitalize="none"') }}
<fieldset class="field" id="headers">
<legend>Headers</legend>
<p class="hint">Saved values are shown partially hashed; leave one as it is to keep it.</p>
{% for header in form.headers %}
<div class="header-row">
<input name="header-name" value="{{ header.name }}" aria-label="Name of header {{ loop.index }}" placeholder="Name" autocomplete="off" spellcheck="false" autocapitalize="none"{% if loop.last and not header.name and not header.value %} autofocus{% endif %}>
<input name="header-value" value="{{ header.value }}" aria-label="Value of header {{ loop.index }}" placeholder="Value" autocomplete="off" spellcheck="false" autocapitalize="none">
<button class="quiet small" name="do" value="remove-header-{{ loop.index0 }}" aria-label="Remove header {{ loop.index }}" hx-post="{{ here }}" hx-select="#headers" hx-target="#headers" hx-swap="outerHTML" formnovalidate>Remove</button>
</div>
{% endfor %}
{% if problem and problem.field == 'headers' %}
<p class="problem" role="alert">{{ problem.message }}</p>
{% endif %}
<button class="quiet small" name="do" value="add-header" hx-post="{{ here }}" hx-select="#headers" hx-target="#headers" hx-swap="outerHTML" formnovalidate>Add headers</button>
</fieldset>
{% if not action %}
<div class="field">
<label for="place">Where in the flow</label>
<select id="place" name="place">
{% for place in places %}
<option value="{{ place.value }}"{% if place.value == form.place %} selected{% endif %}>{{ place.label }}</option>
{% endfor %}
</select>
{% if problem and problem.field == 'place' %}
<p class="problem" role="alert">{{ problem.message }}</p>
{% endif %}
</div>
{% endif %}
<div class="field">
<label for="body">Body</label>
<p class="hint" id="body-hint">JSON, with variables in double braces. A variable outside of quotes brings its own quotes where it needs them.</p>
<div class="code" data-editor>
<textarea id="body" name="body" rows="18" spellcheck="false" autocapitalize="none" autocomplete="off" wrap="off" aria-describedby="body-hint body-problem"{% if preview.error %} aria-invalid="true"{% endif %}>
{{ form.body }}</textarea>
</div>
<p class="problem" id="body-problem" role="alert"{% if not problem or problem.field != 'body' %} hidden{% endif %}>{% if problem and problem.field == 'body' %}{{ problem.message }}{% endif %}</p>
</div>
<p class="row"><button name="do" value="save">Save</button> <button class="quiet" name="do" value="preview" data-without-script formnovalidate>Show the preview</button> <a href="/flows/{{ flow.flowId }}">Back to the flow</a></p>
</form>
<div class="editor-side">
<section class="panel" aria-labelledby="preview-heading">
<h2 id="preview-heading">Preview</h2>
<div class="field">
<label for="sample">{{ 'Event' if hasEvent else 'Profile' }}</label>
{% if choices.length == 0 %}
<p class="hint">A made-up example: {{ 'no event has come in yet that starts this flow' if hasEvent else 'there is no profile yet' }}.</p>
<input type="hidden" id="sample" name="sample" value="" form="editor">
{% else %}
<select id="sample" name="sample" form="editor">
{% for choice in choices %}
<option value="{{ choice.id }}"{% if choice.id == sample.id %} selected{% endif %}>{{ choice.label }}</option>
{% endfor %}
</select>
{% endif %}
</div>
<div id="preview" hx-post="/flows/{{ flow.flowId }}/preview" hx-include="#body, #sample" hx-trigger="input delay:250ms from:#body, change from:#sample" hx-sync="this:replace" hx-swap="innerHTML">
{{ part(preview) }}
</div>
</section>
<details class="panel" open>
<summary><h2>{{ 'View profile and event variables' if hasEvent else 'View profile properties' }}</h2></summary>
<form class="filters" method="get" action="{{ here }}" role="search" data-filters="variables">
<input type="hidden" name="sample" value="{{ sample.id }}">
<div class="field"><label for="search">Search</label><input id="search" name="search" type="search" value="{{ search }}" autocomplete="off"></div>
<button class="quiet" data-without-script>Search</button>
</form>
<p class="hint">A click copies the variable.</p>
<div id="variables" hx-get="{{ here }}" hx-include="#sample" hx-trigger="change from:#sample" hx-select="#variables" hx-target="this" hx-swap="outerHTML">
<ul class="variables">
{% for variable in variables %}
<li data-name="{{ variable.tag }}"><button type="button" class="plain mono" data-copy="{{ variable.tag }}">{{ variable.tag }}</button> <span class="soft">{{ variable.value }}</span></li>
{% else %}
<li class="soft">No variable has that in its name.</li>
{% endfor %}
</ul>
</div>
</details>
</div>
</div>
{% endif %}
{% endblock %}
`;
