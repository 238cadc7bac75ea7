/** Task is a task definition as the rules see it: every member is absent or of the type that ECS gives it. */
export interface Task {
  readonly family?: string;
  readonly containerDefinitions?: readonly Container[];
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly networkMode?: string;
  readonly volumes?: readonly Volume[];
  readonly placementConstraints?: readonly { readonly type?: string; readonly expression?: string }[];
  readonly requiresCompatibilities?: readonly string[];
  readonly cpu?: string;
  readonly memory?: string;
  readonly tags?: readonly { readonly key?: string; readonly value?: string }[];
  readonly pidMode?: string;
  readonly ipcMode?: string;
  readonly proxyConfiguration?: { readonly containerName?: string; readonly properties?: readonly Pair[] };
  readonly inferenceAccelerators?: readonly { readonly deviceName?: string }[];
  readonly ephemeralStorage?: { readonly sizeInGiB?: number };
  readonly runtimePlatform?: { readonly cpuArchitecture?: string; readonly operatingSystemFamily?: string };
}

/** A variable, or a property of a proxy. */
export interface Pair {
  readonly name?: string;
  readonly value?: string;
}

/** A variable whose value is elsewhere. */
export interface SecretReference {
  readonly name?: string;
  readonly valueFrom?: string;
}

/** A container of a {@link Task}. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly repositoryCredentials?: { readonly credentialsParameter?: string };
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly links?: readonly string[];
  readonly portMappings?: readonly PortMapping[];
  readonly essential?: boolean;
  readonly restartPolicy?: { readonly ignoredExitCodes?: readonly number[]; readonly restartAttemptPeriod?: number };
  readonly environment?: readonly Pair[];
  readonly environmentFiles?: readonly { readonly value?: string }[];
  readonly mountPoints?: readonly { readonly sourceVolume?: string; readonly containerPath?: string }[];
  readonly volumesFrom?: readonly { readonly sourceContainer?: string }[];
  readonly linuxParameters?: LinuxParameters;
  readonly secrets?: readonly SecretReference[];
  readonly dependsOn?: readonly { readonly containerName?: string; readonly condition?: string }[];
  readonly startTimeout?: number;
  readonly stopTimeout?: number;
  readonly hostname?: string;
  readonly user?: string;
  readonly disableNetworking?: boolean;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly dnsServers?: readonly string[];
  readonly dnsSearchDomains?: readonly string[];
  readonly extraHosts?: readonly { readonly hostname?: string }[];
  readonly dockerSecurityOptions?: readonly string[];
  readonly ulimits?: readonly { readonly name?: string; readonly softLimit?: number; readonly hardLimit?: number }[];
  readonly logConfiguration?: LogConfiguration;
  readonly healthCheck?: HealthCheck;
  readonly systemControls?: readonly { readonly namespace?: string }[];
  readonly resourceRequirements?: readonly ResourceRequirement[];
  readonly firelensConfiguration?: { readonly type?: string; readonly options?: Readonly<Record<string, string>> };
  readonly credentialSpecs?: readonly string[];
}

/** A port of a container, or a range of them. */
export interface PortMapping {
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: string;
  readonly name?: string;
  readonly appProtocol?: string;
  readonly containerPortRange?: string;
}

/** What only Linux containers have. */
export interface LinuxParameters {
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly devices?: readonly object[];
  readonly sharedMemorySize?: number;
  readonly tmpfs?: readonly { readonly containerPath?: string; readonly size?: number }[];
  readonly maxSwap?: number;
  readonly swappiness?: number;
}

/** Where a container's output goes. */
export interface LogConfiguration {
  readonly logDriver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly secretOptions?: readonly SecretReference[];
}

/** How ECS asks a container whether it is healthy. Seconds. */
export interface HealthCheck {
  readonly command?: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly startPeriod?: number;
}

/** A GPU or another device. */
export interface ResourceRequirement {
  readonly type?: string;
  readonly value?: string;
  readonly sharingStrategy?: object;
}

/** A volume of a {@link Task}. */
export interface Volume {
  readonly name?: string;
  readonly host?: { readonly sourcePath?: string };
  readonly dockerVolumeConfiguration?: { readonly scope?: string; readonly autoprovision?: boolean };
  readonly efsVolumeConfiguration?: EfsVolume;
  readonly s3filesVolumeConfiguration?: object;
  readonly fsxWindowsFileServerVolumeConfiguration?: object;
  readonly configuredAtLaunch?: boolean;
}

/** A file system of EFS. */
export interface EfsVolume {
  readonly rootDirectory?: string;
  readonly transitEncryption?: string;
  readonly transitEncryptionPort?: number;
  readonly authorizationConfig?: { readonly accessPointId?: string; readonly iam?: string };
}
