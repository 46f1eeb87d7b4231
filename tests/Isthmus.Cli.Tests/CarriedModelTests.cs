using Isthmus.Tests.Data;

namespace Isthmus.Tests.Verbs;

/// <summary>A model file on a machine that has not seen the data which it was trained on.</summary>
public sealed class CarriedModelTests : IDisposable
{
    private readonly Terminal _terminal = new();

    [Fact]
    public void A_carried_model_exports_compresses_and_gives_the_same_bytes_back()
    {
        var random = new Random(1);
        byte[] Pictures() =>
            Scratch.Npy(
                "|u1",
                fortran: false,
                "(2000, 8, 8)",
                [.. Enumerable.Range(0, 128_000).Select(i => (byte)(100 + (i / 64 % 7 * (i % 8)) + random.Next(4)))]
            );
        var others = Pictures();
        File.WriteAllBytes(_terminal.File("pictures.npy"), Pictures());
        _terminal.Done(
            "train {pictures.npy} --model vae --latent 3 --epochs 10 --set hidden=16 --set batch-size=16 -o {runs} --name m --threads 1 --importance-samples 0"
        );
        var here = _terminal.Json("export -m {runs/m} -o {here.isth-model}");
        Assert.Equal(200, here.GetProperty("records").GetInt32());

        Directory.CreateDirectory(_terminal.File("there"));
        File.Move(Path.Combine(_terminal.File("runs"), "m", "model.isthmus"), _terminal.File("there/model.isthmus"));
        Directory.Delete(_terminal.File("runs"), recursive: true);
        File.Delete(_terminal.File("pictures.npy"));
        File.WriteAllBytes(_terminal.File("others.npy"), others);

        var there = _terminal.Run("export -m {there/model.isthmus} -o {there.isth-model}");
        Assert.Equal(0, there.Code);
        Assert.Contains("what whole numbers cost is not reported", there.Error);
        Assert.Equal(File.ReadAllBytes(_terminal.File("here.isth-model")), File.ReadAllBytes(_terminal.File("there.isth-model")));
        var packed = _terminal.Json("compress {others.npy} -m {there/model.isthmus} -o {others.isth} --method bbans");
        Assert.Equal(here.GetProperty("model_sha256").GetString(), packed.GetProperty("model_sha256").GetString());
        _terminal.Done("decompress {others.isth} -o {back}");
        Assert.Equal(others, File.ReadAllBytes(Path.Combine(_terminal.File("back"), "others.npy")));
        // Records to report on may be given.
        Assert.Equal(2000, _terminal.Json("export -m {there/model.isthmus} -o {other.isth-model} --data {others.npy}").GetProperty("records").GetInt32());
    }

    public void Dispose() => _terminal.Dispose();
}
