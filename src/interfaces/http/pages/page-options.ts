/** A page that is looked at. */
export const PAGE = { schema: { hide: true } };

/** A form that is sent; by nobody else's page, be there a session or not. */
export const FORM = { ...PAGE, config: { sameOriginOnly: true } };
