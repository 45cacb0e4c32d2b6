import { expect } from 'chai';
import { DJANGO_FILTERS } from '../../../../src/infrastructure/templating/filters/django/django-filters.js';
import { KLAVIYO_FILTERS } from '../../../../src/infrastructure/templating/filters/klaviyo/klaviyo-filters.js';

const NAMES = `abs at_least at_most ceil floor round round_up round_down multiply divide floatadd plus floatsub minus modulo
  remainder percentize sum_list gt gte lt lte append prepend concat capitalize downcase upcase strip lstrip rstrip truncate
  strip_html strip_newlines newline_to_br find_replace replace_first replace_last remove remove_first remove_last split resplit
  urlencodeplus urldecode urldecodeplus base64_encode base64_decode base64_url_safe_encode base64_url_safe_decode md5_hash sha_1
  sha_256 escape_once httpize trim_slash count size compact list_to_string list_where dictfilter map reverse sort sort_natural
  uniq format_date_string datetime_from_string days_later weeks_since lookup missing_image missing_product_image`;

describe('KLAVIYO_FILTERS', () => {
  it('has every filter of the dialect, and no other', () => {
    expect([...KLAVIYO_FILTERS.keys()].sort()).to.deep.equal(NAMES.split(/\s+/).sort());
  });

  it("has none of Django's names", () => {
    expect([...KLAVIYO_FILTERS.keys()].filter((name) => DJANGO_FILTERS.has(name))).to.deep.equal([]);
  });
});
