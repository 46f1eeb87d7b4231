using Isthmus.Fuzz;
using SharpFuzz;

// See docs/benchmarks/fuzzing.md. Under afl-fuzz: dotnet Isthmus.Fuzz.dll TARGET GOLDEN-FOLDER. Any exception that leaves a target is a finding.
switch (args)
{
    case ["corpus", var golden, var folder]:
        Corpus.Write(golden, folder);
        break;
    case ["replay", var name, var golden, .. var files]:
        var replayed = Targets.ByName(name, golden);
        foreach (var file in files)
        {
            Console.WriteLine(file);
            replayed(File.ReadAllBytes(file));
        }
        break;
    case [var name, var golden]:
        var target = Targets.ByName(name, golden);
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target(input.ToArray());
        });
        break;
    default:
        Console.Error.WriteLine("Isthmus.Fuzz corpus GOLDEN FOLDER | replay TARGET GOLDEN FILE... | container|list|block|model GOLDEN");
        return 2;
}
return 0;
