/** The bodies of the demo's four webhook actions, as a marketer would write them. */

/** Placed Order, to the warehouse: what to pack, and for whom. */
export const WAREHOUSE_ORDER = `{
  "order": {{ event.OrderId }},
  "customer": {
    "id": "{{ person.external_id }}",
    "name": "{{ person.first_name }} {{ person.last_name }}",
    "company": "{{ person.organization }}",
    "email": "{{ person.email }}"
  },
  "ship_to": {
    "name": "{{ event.ShippingAddress.name }}",
    "street": "{{ event.ShippingAddress.address1 }}",
    "city": "{{ event.ShippingAddress.city }}",
    "region": {{ event.ShippingAddress.region }},
    "zip": "{{ event.ShippingAddress.zip }}",
    "country": "{{ event.ShippingAddress.country }}"
  },
  "pieces": {{ event|lookup:'Item Count' }},
  "total": {{ event|lookup:'$value' }},
  "lines": [
    {% for item in event.Items %}{"product": {{ item.ProductID }}, "name": "{{ item.ProductName }}", "quantity": {{ item.Quantity }}, "price": {{ item.ItemPrice }}}
    {% if not forloop.last %},{% endif %}{% endfor %}
  ]
}`;

/** Placed Order, to the accounting system that was switched off years ago. */
export const LEGACY_INVOICE = `{
  "ORDNO": "{{ event.OrderId }}",
  "CUSTNO": "{{ person.external_id }}",
  "AMOUNT": {{ event|lookup:'$value' }},
  "FREIGHT": {{ event.Freight }}
}`;

/** Ordered Product, to the catalogue's recommendations. */
export const PRODUCT_INTEREST = `{
  "profile": "{{ person.id }}",
  "city": "{{ person.location.city }}",
  "product": {"id": {{ event.ProductID }}, "name": "{{ event.ProductName }}", "unit": "{{ event.QuantityPerUnit }}"},
  "categories": {{ event.Categories }},
  "quantity": {{ event.Quantity }},
  "discount": {{ event.Discount }},
  "spent": {{ event|lookup:'$value' }}
}`;

/** A list joined, to the wholesale partner: there is no event, so the profile has to do. */
export const WHOLESALE_WELCOME = `{
  "from": "{{ organization.name }}",
  "company": "{{ person.organization }}",
  "contact": "{{ person.first_name }} {{ person.last_name }}",
  "role": "{{ person.title }}",
  "fax": "{{ person|lookup:'Fax' }}",
  "country": "{{ person.location.country }}"
}`;
