/**
 * For pages where webhook actions are added or edited: who has two-step authentication off is told so, and led to its set-up
 * and back to `path`, a path of this server. `unverifiable`: that could not be found out. Source: Klaviyo, "How to add a
 * webhook action to a flow".
 */
export const twoStepReminderTemplate = `{% macro reminder(path, unverifiable=false) %}
{% if unverifiable %}
<div class="reminder" role="alert">
<p><strong>Two-step authentication can't be verified now.</strong> Whether it is on for you could not be found out, so you can't add or edit a webhook action; try again in a moment.</p>
<p class="row"><a class="button" href="{{ path }}">Try again</a></p>
</div>
{% else %}
<div class="reminder" role="note">
<p><strong>Adding or editing a webhook action needs two-step authentication, and it is off for you.</strong> Set it up with an authenticator app; then continue here.</p>
<p class="row"><a class="button" href="/two-step?continue={{ path | urlencode }}">Set up two-step authentication</a> <a class="button quiet" href="{{ path }}">Continue</a></p>
</div>
{% endif %}
{% endmacro %}
`;
