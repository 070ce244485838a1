// [internal] A container of a task: what all containers of one image have in common.
import { Duration, Size, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Room for temporary files where the file system is read-only, MiB. Memory of the task, as far as it is used. */
const TMP_SIZE = 128;

/** What the containers of a task share. */
export interface TaskContainerShape {
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly image: ecs.ContainerImage;
  readonly logGroup: logs.ILogGroup;
  readonly stopTimeout: Duration;
  readonly readonlyRootFilesystem: boolean;
}

/** What each has of its own. */
export interface TaskContainerProps {
  readonly containerName: string;
  readonly essential: boolean;
  readonly command?: string[];
  readonly healthCheck?: ecs.HealthCheck;
}

/** Define a container. */
export function taskContainer(scope: Construct, shape: TaskContainerShape, own: TaskContainerProps): ecs.ContainerDefinition {
  // an init process passes SIGTERM on and reaps what the application leaves behind
  const linuxParameters = new ecs.LinuxParameters(scope, 'LinuxParameters', { initProcessEnabled: true });
  if (shape.readonlyRootFilesystem) {
    // not a volume: on Fargate those belong to root, so that an image with a user of its own could not write
    linuxParameters.addTmpfs({ containerPath: '/tmp', size: TMP_SIZE });
  }
  return new ecs.ContainerDefinition(scope, 'Container', {
    ...own,
    taskDefinition: shape.taskDefinition,
    image: shape.image,
    linuxParameters,
    stopTimeout: shape.stopTimeout,
    readonlyRootFilesystem: shape.readonlyRootFilesystem,
    logging: ecs.LogDrivers.awsLogs({
      logGroup: shape.logGroup,
      streamPrefix: 'task',
      // an application must not stand still because its log does
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(25),
    }),
  });
}

/** The health check of ECS for a command without a shell. */
export function containerHealthCheck(command: string[], startPeriod: Duration): ecs.HealthCheck {
  if (command.length === 0) {
    throw new Error("'healthCheckCommand' must have at least one element, got none: leave it out, or name a program of the image");
  }
  if (Token.isUnresolved(command)) {
    throw new Error("'healthCheckCommand' must be a list known at synthesis, got a token: list its words one by one, each of which may be a token");
  }
  const marked = command[0] === 'CMD' || command[0] === 'CMD-SHELL';
  return {
    command: marked ? command : ['CMD', ...command],
    interval: Duration.seconds(30),
    timeout: Duration.seconds(5),
    retries: 3,
    startPeriod,
  };
}
