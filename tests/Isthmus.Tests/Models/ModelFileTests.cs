using System.IO.Compression;
using System.Text;
using Isthmus.Cli.Output;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

public class ModelFileTests
{
    [Theory]
    [InlineData("vae", "hidden=6 norm=batch")]
    [InlineData("vae", "net=conv channels=2,2 dense=4 residual=1")]
    [InlineData("sparse", "hidden=6 latent=12 k=3")]
    [InlineData("vamp-vae", "hidden=6 pseudo-inputs=9")]
    [InlineData("beta-tc-vae", "hidden=6 prior=mixture prior-components=3")]
    [InlineData("denoising", "hidden=6 likelihood=gaussian")]
    [InlineData("factor-vae", "hidden=6 adversary-hidden=5")]
    [InlineData("cond-vae", "hidden=6 target=scale,shape")]
    [InlineData("vib", "hidden=6")]
    [InlineData("vq-vae", "hidden=6 latent=8 codebook=4 code-hidden=6")]
    [InlineData("ladder-vae", "net=conv channels=2,2 dense=4 latent=6 level-hidden=5")]
    [InlineData("iaf-vae", "hidden=6 latent=3 flow-hidden=5 flow-context=2 prior=flow")]
    public void Loaded_model_is_the_saved_one(string preset, string settings)
    {
        using var temporary = new TemporaryFolder();
        var data = Tiny.Shapes(300);
        using var saved = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings($"{settings} epochs=1 batch-size=16"), Threads = 1 }).Model;
        saved.Save(temporary.File("model.isthmus"));
        using var loaded = TrainedModel.Load(temporary.File("model.isthmus"));

        Assert.Equal(saved.Specification, loaded.Specification);
        Assert.Equal(saved.Provenance, loaded.Provenance);
        Assert.Equal(saved.WeightBytes(), loaded.WeightBytes());
        using var scope = NewDisposeScope();
        var x = TensorBatches.Gather(loaded.Prepare(data.Test), [0, 1, 2]);
        Assert.Equal(saved.Network.Reconstruct(x).data<float>().ToArray(), loaded.Network.Reconstruct(x).data<float>().ToArray());
    }

    [Fact]
    public void Standardisation_travels_with_the_model()
    {
        using var temporary = new TemporaryFolder();
        using var saved = TinyVectorModel();
        saved.Save(temporary.File("model.isthmus"));
        using var loaded = TrainedModel.Load(temporary.File("model.isthmus"));
        Assert.Equal(saved.Standardisation!.Means, loaded.Standardisation!.Means);
        Assert.Equal(saved.Standardisation.Scales, loaded.Standardisation.Scales);
    }

    [Fact]
    public void Seed_and_shares_of_the_parts_are_kept_and_make_the_same_test_records_again()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("t.csv");
        File.WriteAllText(path, "a,b\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i * 7 % 30}.5,{i}\n"))));
        var parts = DataSource.LoadAll(path, new()).Split(seed: 9, validation: 0.2, test: 0.3);
        using var trained = TrainingRun.Train("ae", parts, new() { Settings = Tiny.Settings("hidden=4 latent=1 epochs=1"), Threads = 1 }).Model;
        trained.Save(temporary.File("model.isthmus"));
        using var loaded = TrainedModel.Load(temporary.File("model.isthmus"));
        Assert.Equal((9, 0.2, 0.3), (loaded.Provenance.SplitSeed, loaded.Provenance.ValidationShare!.Value, loaded.Provenance.TestShare!.Value));
        var again = Isthmus.Codes.ModelData.Load(loaded.Manifest, path, new()).Records;
        Assert.Equal(18, again.Count);
        Assert.Equal(Values(parts.Test), Values(again));
        // The usual shares are not in the file.
        using var usual = TinyVectorModel();
        Assert.Equal((null, null), (usual.Provenance.ValidationShare, usual.Provenance.TestShare));

        static float[] Values(Dataset data)
        {
            var values = new float[data.Count * data.Schema.Dimension];
            data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
            return values;
        }
    }

    [Fact]
    public void A_model_that_was_disposed_of_is_not_saved()
    {
        using var temporary = new TemporaryFolder();
        var model = TinyVectorModel();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Save(temporary.File("m.isthmus")));
        Assert.Throws<ObjectDisposedException>(() => model.Save(new MemoryStream()));
        Assert.False(File.Exists(temporary.File("m.isthmus")));
    }

    [Fact]
    public void Same_model_is_the_same_bytes()
    {
        using var temporary = new TemporaryFolder();
        using var model = TinyVectorModel();
        model.Save(temporary.File("a.isthmus"));
        model.Save(temporary.File("b.isthmus"));
        Assert.Equal(File.ReadAllBytes(temporary.File("a.isthmus")), File.ReadAllBytes(temporary.File("b.isthmus")));
    }

    [Fact]
    public void File_truncated_at_any_byte_is_refused()
    {
        using var temporary = new TemporaryFolder();
        var bytes = SavedBytes(temporary);
        for (var length = 0; length < bytes.Length; length++)
            Refused(temporary, bytes[..length]);
    }

    [Fact]
    public void Flipped_bit_anywhere_is_refused_or_harmless()
    {
        using var temporary = new TemporaryFolder();
        var bytes = SavedBytes(temporary);
        var weights = WeightsOf(temporary, bytes);
        var harmless = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= (byte)(1 << (i % 8));
            try
            {
                Assert.Equal(weights, WeightsOf(temporary, damaged));
                harmless++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
        // What a zip does not need: times, version numbers, attributes and the second copy of names and sizes.
        Assert.InRange(harmless, 1, 400);
    }

    [Fact]
    public void Manifest_that_asks_for_more_than_the_weights_hold_is_refused_before_memory_is_taken()
    {
        using var temporary = new TemporaryFolder();
        var bytes = SavedBytes(temporary);
        var path = temporary.File("huge.isthmus");
        Rewrite(bytes, path, manifest => manifest.Replace("\"hidden\": \"\"", "\"hidden\": \"60000,60000,60000\""));
        var error = Assert.Throws<InvalidInputException>(() => TrainedModel.Load(path));
        Assert.Contains("missing", error.Message);
    }

    [Theory]
    [InlineData("\"format_version\": 1", "\"format_version\": 2", "newer Isthmus")]
    [InlineData("\"isthmus-model\"", "\"isthmus-archive\"", "isthmus-archive")]
    [InlineData("\"latent\": \"1\"", "\"latent\": \"-1\"", "latent=-1")]
    [InlineData("\"net\": \"mlp\"", "\"net\": \"mpl\"", "mpl")]
    [InlineData("\"provenance\"", "\"Provenance\"", "provenance")]
    public void Foreign_or_newer_manifest_is_refused_by_name(string written, string instead, string named)
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("other.isthmus");
        Rewrite(SavedBytes(temporary), path, manifest => manifest.Replace(written, instead));
        var error = Assert.Throws<InvalidInputException>(() => TrainedModel.Load(path));
        Assert.Contains(named, error.OnCommandLine());
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Missing_file_and_folder_are_refused()
    {
        using var temporary = new TemporaryFolder();
        Assert.Throws<InvalidInputException>(() => TrainedModel.Load(temporary.File("absent.isthmus")));
        Assert.Throws<InvalidInputException>(() => TrainedModel.Load(temporary.Path));
    }

    [Fact]
    public void Checkpoint_is_not_taken_for_a_model_nor_a_model_for_a_checkpoint()
    {
        using var temporary = new TemporaryFolder();
        var folder = new RunFolder(temporary.File("run"));
        using var model = TrainingRun
            .Train(
                "vae",
                Tiny.Shapes(100),
                new()
                {
                    Settings = Tiny.Settings("hidden=4 epochs=1 batch-size=16"),
                    Folder = folder,
                    Threads = 1,
                }
            )
            .Model;
        model.Save(folder.Model);
        Assert.Contains("isthmus-checkpoint", Assert.Throws<InvalidInputException>(() => TrainedModel.Load(folder.Checkpoint)).Message);
        Assert.Contains("isthmus-model", Assert.Throws<InvalidInputException>(() => Checkpoint.Load(folder.Model)).Message);
    }

    [Fact]
    public void Failed_write_leaves_nothing_and_keeps_what_was_there()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("file");
        AtomicFile.WriteText(path, "before");
        Assert.Throws<InvalidInputException>(() => AtomicFile.Write(path, stream =>
            {
                stream.WriteByte(1);
                throw new IOException("No space left on device");
            }));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(temporary.Path));
    }

    private static TrainedModel TinyVectorModel()
    {
        var data = Dataset.Vectors("tiny", new VectorSchema(["a", "b"]), [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i) + i % 2)]);
        return TrainingRun
            .Train(
                "ae",
                DataSplits.Random(data, 1),
                new()
                {
                    Settings = Tiny.Settings("latent=1 hidden= epochs=1 batch-size=8"),
                    Threads = 1,
                    Clock = new FixedClock(),
                }
            )
            .Model;
    }

    private static byte[] SavedBytes(TemporaryFolder temporary)
    {
        using var model = TinyVectorModel();
        model.Save(temporary.File("tiny.isthmus"));
        return File.ReadAllBytes(temporary.File("tiny.isthmus"));
    }

    private static byte[] WeightsOf(TemporaryFolder temporary, byte[] file)
    {
        File.WriteAllBytes(temporary.File("read.isthmus"), file);
        using var model = TrainedModel.Load(temporary.File("read.isthmus"));
        return model.WeightBytes();
    }

    private static void Refused(TemporaryFolder temporary, byte[] file)
    {
        var error = Assert.Throws<InvalidInputException>(() => WeightsOf(temporary, file));
        Assert.DoesNotContain('\n', error.Message);
    }

    private static void Rewrite(byte[] file, string path, Func<string, string> change)
    {
        using var source = new ZipArchive(new MemoryStream(file));
        using var target = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var entry in source.Entries)
        {
            using var reader = entry.Open();
            using var content = new MemoryStream();
            reader.CopyTo(content);
            var bytes = content.ToArray();
            if (entry.Name == "manifest.json")
            {
                var text = Encoding.UTF8.GetString(bytes);
                Assert.NotEqual(text, change(text));
                bytes = Encoding.UTF8.GetBytes(change(text));
            }
            using var writer = target.CreateEntry(entry.Name, CompressionLevel.NoCompression).Open();
            writer.Write(bytes);
        }
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
