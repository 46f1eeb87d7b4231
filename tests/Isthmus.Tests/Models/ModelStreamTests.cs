using Isthmus.Compression.Integer;
using Isthmus.Models;
using Isthmus.Quantisation;
using Isthmus.Training;

namespace Isthmus.Tests.Models;

/// <summary>Models to and from streams that only go forward: the bytes of the file, and nothing half-written.</summary>
public class ModelStreamTests
{
    [Fact]
    public void A_stream_holds_the_bytes_of_the_file_and_gives_the_model_back()
    {
        using var folder = new TemporaryFolder();
        using var model = Train();
        model.Save(folder.File("m.isthmus"));
        var pipe = new Forward();
        model.Save(pipe);
        Assert.Equal(File.ReadAllBytes(folder.File("m.isthmus")), pipe.Written);
        using var loaded = TrainedModel.Load(new Forward(pipe.Written));
        Assert.Equal(model.WeightBytes(), loaded.WeightBytes());
        Assert.Equal(model.Manifest.Settings, ModelManifest.Read(new Forward(pipe.Written)).Settings);

        var whole = IntegerForm.Of(model, new(), cancellationToken: TestContext.Current.CancellationToken);
        var integers = new Forward();
        whole.Save(integers);
        Assert.Equal(whole.Hash, IntegerModel.Load(new Forward(integers.Written)).Hash);
    }

    [Fact]
    public void What_is_cut_short_or_cannot_be_written_is_refused_whole()
    {
        using var model = Train();
        var pipe = new Forward();
        model.Save(pipe);
        Assert.Throws<InvalidInputException>(() => TrainedModel.Load(new Forward(pipe.Written[..^9])));
        Assert.Throws<InvalidInputException>(() => Checkpoint.Load(new Forward(pipe.Written)));
        // The second pass over a part fails, as that of a model disposed of meanwhile would.
        var (untouched, passes) = (new Forward(), 0);
        Assert.Throws<ObjectDisposedException>(() =>
            IsthmusFile.Write(
                untouched,
                ModelManifest.Kind,
                model.Manifest,
                new Dictionary<string, Action<Stream>>
                {
                    ["a"] = stream => stream.Write(new byte[5000]),
                    ["b"] = _ => ObjectDisposedException.ThrowIf(++passes == 2, model),
                }
            )
        );
        Assert.Empty(untouched.Written);
    }

    private static TrainedModel Train() =>
        TrainingRun.Train("vae", Tiny.Shapes(120), new() { Settings = Tiny.Settings("hidden=8 latent=2 epochs=1 batch-size=16"), Threads = 1 }).Model;

    /// <summary>A stream that only goes forward, such as a socket's.</summary>
    private sealed class Forward(byte[]? bytes = null) : Stream
    {
        private readonly MemoryStream _inner = bytes is null ? new() : new(bytes);

        public byte[] Written => _inner.ToArray();

        public override bool CanRead => bytes is not null;

        public override bool CanSeek => false;

        public override bool CanWrite => bytes is null;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, Math.Min(count, 1000));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);
    }
}
