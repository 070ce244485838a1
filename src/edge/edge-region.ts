// [internal] The region of CloudFront.

/** CloudFront takes certificates and web ACLs from this region alone. */
export const EDGE_REGION = 'us-east-1';
