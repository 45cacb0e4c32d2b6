/** A body in the grammar of each engine that can write it; `django` alone where nunjucks reads the same. */
export interface Body {
  readonly name: string;
  readonly django: string;
  readonly nunjucks?: string;
  readonly liquid: string;
  readonly handlebars: string;
}

/** Texts need no escaping, so that nunjucks, which doesn't escape, writes the same document. */
export const VARIABLES = {
  person: {
    first_name: 'Ada',
    last_name: 'Lovelace',
    email: 'ada@example.com',
    vip: true,
    location: { city: 'Paris' },
  },
  event: {
    OrderId: 1002,
    currency: 'EUR',
    total: 129.95,
    Items: Array.from({ length: 20 }, (_, index) => ({
      SKU: `S-${index}`,
      ProductName: `Product number ${index}`,
      Quantity: (index % 3) + 1,
      ItemPrice: 9.95 + index,
    })),
  },
};

export const BODIES: readonly Body[] = [
  {
    name: 'a flat body',
    django:
      '{"email": "{{ person.email }}", "name": "{{ person.first_name }} {{ person.last_name }}", "city": "{{ person.location.city }}", "order": {{ event.OrderId }}, "total": {{ event.total }}, "currency": "{{ event.currency }}"}',
    liquid:
      '{"email": {{ person.email | json }}, "name": "{{ person.first_name | inner }} {{ person.last_name | inner }}", "city": {{ person.location.city | json }}, "order": {{ event.OrderId | json }}, "total": {{ event.total | json }}, "currency": {{ event.currency | json }}}',
    handlebars:
      '{"email": {{json person.email}}, "name": "{{inner person.first_name}} {{inner person.last_name}}", "city": {{json person.location.city}}, "order": {{json event.OrderId}}, "total": {{json event.total}}, "currency": {{json event.currency}} }',
  },
  {
    name: 'conditions',
    django:
      '{"tier": "{% if event.total > 100 %}gold{% else %}bronze{% endif %}", "vip": {% if person.vip and person.email %}1{% else %}0{% endif %}, "city": "{% if person.location.city == "Paris" %}home{% elif not person.vip %}x{% else %}away{% endif %}"}',
    liquid:
      '{"tier": "{% if event.total > 100 %}gold{% else %}bronze{% endif %}", "vip": {% if person.vip and person.email %}1{% else %}0{% endif %}, "city": "{% if person.location.city == "Paris" %}home{% elsif person.vip == false %}x{% else %}away{% endif %}"}',
    handlebars:
      '{"tier": "{{#if (over event.total 100)}}gold{{else}}bronze{{/if}}", "vip": {{#if person.vip}}{{#if person.email}}1{{else}}0{{/if}}{{else}}0{{/if}}, "city": "{{#if (same person.location.city "Paris")}}home{{else if person.vip}}away{{else}}x{{/if}}"}',
  },
  {
    name: 'a loop over 20 items',
    django:
      '{"items": [{% for item in event.Items %}{"sku": "{{ item.SKU }}", "name": "{{ item.ProductName }}", "quantity": {{ item.Quantity }}, "price": {{ item.ItemPrice }}}, {% endfor %}null]}',
    liquid:
      '{"items": [{% for item in event.Items %}{"sku": {{ item.SKU | json }}, "name": {{ item.ProductName | json }}, "quantity": {{ item.Quantity | json }}, "price": {{ item.ItemPrice | json }}}, {% endfor %}null]}',
    handlebars:
      '{"items": [{{#each event.Items}}{"sku": {{json SKU}}, "name": {{json ProductName}}, "quantity": {{json Quantity}}, "price": {{json ItemPrice}} }, {{/each}}null]}',
  },
  {
    name: 'a loop with filters and commas',
    django:
      '[{% for item in event.Items %}{"n": {{ forloop.counter }}, "name": "{{ item.ProductName|upper }}"}{% if not forloop.last %},{% endif %}{% endfor %}]',
    nunjucks:
      '[{% for item in event.Items %}{"n": {{ loop.index }}, "name": "{{ item.ProductName|upper }}"}{% if not loop.last %},{% endif %}{% endfor %}]',
    liquid:
      '[{% for item in event.Items %}{"n": {{ forloop.index }}, "name": {{ item.ProductName | upcase | json }}}{% unless forloop.last %},{% endunless %}{% endfor %}]',
    handlebars:
      '[{{#each event.Items}}{"n": {{add @index 1}}, "name": {{json (upper ProductName)}} }{{#unless @last}},{{/unless}}{{/each}}]',
  },
];
