import type { ECSClientConfig } from '@aws-sdk/client-ecs';

/** The SDK's own types, taken from one client: all clients of one SDK share them. */
export type AwsCredentialIdentityProvider = Extract<
  NonNullable<ECSClientConfig['credentials']>,
  (...inputs: never[]) => unknown
>;
type HttpHandler = Extract<NonNullable<ECSClientConfig['requestHandler']>, { readonly handle: unknown }>;
export type HttpHandlerUserInput =
  | {
      readonly connectionTimeout: number;
      readonly requestTimeout: number;
      readonly socketTimeout: number;
      readonly throwOnRequestTimeout: boolean;
    }
  | HttpHandler;
export type RetryStrategy = Exclude<NonNullable<ECSClientConfig['retryStrategy']>, (...inputs: never[]) => unknown>;
