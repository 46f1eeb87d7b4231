#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
using Isthmus;
using Isthmus.Processes;

// By itself one process; started by "mpirun -n 2" two, each with one share of every batch. The weights are the same.
using var ranks = MpiCommunicator.IsLaunched ? MpiCommunicator.Start() : Communicator.Alone;
var shapes = Images.LoadSplits("shapes");
using var model = Autoencoders.Vae(latent: 10).Fit(shapes, new() { Epochs = 1, Shares = 2, Threads = 1, Communicator = ranks });
var report = model.Evaluate(shapes.Test, shapes.Train, new() { ImportanceSamples = 10, Communicator = ranks });
if (ranks.Rank == 0)
{
    model.Save("shapes.isthmus");
    Console.WriteLine($"{ranks.Count} process(es): ELBO {report.Elbo?.Bits} a picture");
}
