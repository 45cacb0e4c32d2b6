/** How values are shown, the same on every page. */
export const shownTemplate = `{% macro time(at) %}<time datetime="{{ at }}">{{ at | utc }}</time>{% endmacro %}
{% macro status(of) %}<span class="badge {{ of | statusClass }}">{{ of | statusWords }}</span>{% endmacro %}
`;
