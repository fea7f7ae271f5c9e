// Kernels use every core by themselves; two workers keep a two-core machine busy without timing out the network tests.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]
