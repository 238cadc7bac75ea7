/** AccountOptions says which account there is, and who may come into it. */
export interface AccountOptions {
  /** 12 digits. */
  readonly accountId: string;
  readonly users?: readonly UserOptions[];
  readonly roles?: readonly RoleOptions[];
  /** Whose tokens AssumeRoleWithWebIdentity takes in this account. */
  readonly identityProviders?: readonly IdentityProviderOptions[];
}

/** UserOptions says whose access key one is. Signatures are not verified: whoever names the key is its user. */
export interface UserOptions {
  readonly accessKeyId: string;
  /** Defaults to the access key's id. */
  readonly name?: string;
  /** What the user may do; everything in the account without them. */
  readonly policies?: readonly PolicyDocument[];
}

/** RoleOptions is a role: who may assume it, and what it may do. */
export interface RoleOptions {
  /** With its path, as after `role/` in its ARN. */
  readonly name: string;
  readonly trustPolicy: PolicyDocument;
  /** What its sessions may do; nothing without them. */
  readonly policies?: readonly PolicyDocument[];
  /** 3,600 to 43,200. Defaults to an hour, as AWS's roles do. */
  readonly maxSessionSeconds?: number;
}

/** IdentityProviderOptions is an OIDC provider as an account knows it. */
export interface IdentityProviderOptions {
  /** The issuer that its tokens name, as in `https://token.actions.githubusercontent.com`. */
  readonly url: string;
  /** Defaults to `sts.amazonaws.com`. */
  readonly audiences?: readonly string[];
  /** The issuer's public keys; those of local-aws's own issuer without them. */
  readonly jwks?: { readonly keys: readonly object[] };
}

/** PolicyDocument is a policy as AWS writes it: in JSON, with the words of IAM. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: StatementDocument | readonly StatementDocument[];
}

/** One or several. */
type Texts = string | readonly string[];

/** StatementDocument is a statement as AWS writes it. What it has besides these members is refused by name. */
export interface StatementDocument {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: Texts;
  readonly Resource?: Texts;
  readonly Principal?: '*' | Readonly<Record<string, Texts>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}
