// Torch's generator and thread count belong to the process: tests that train side by side would draw each other's noise.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
