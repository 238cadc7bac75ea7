/**
 * The AWS SDK warns of every Node that a later version of it will not take, in the middle of what a person reads. This
 * variable alone keeps it quiet, here and in what is started with our environment; the dists run on a Node that it takes.
 */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
