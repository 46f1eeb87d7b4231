using Isthmus.Compression.Archive;
using Isthmus.Compression.Integer;
using Isthmus.Data.Images;

namespace Isthmus.Tests.Verbs;

/// <summary>compress, decompress, export and info on one tiny model.</summary>
public sealed class ArchiveVerbTests : IClassFixture<ArchiveVerbTests.Trained>, IDisposable
{
    private readonly Trained _model;
    private readonly Terminal _terminal = new();

    public ArchiveVerbTests(Trained model) => _model = model;

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Pictures_and_idx_are_compressed_and_come_back_and_the_ledger_adds_up()
    {
        var pixels = Pixels(300);
        Directory.CreateDirectory(_terminal.File("in put"));
        File.WriteAllBytes(_terminal.File("in put/ünï-idx3-ubyte"), Idx(pixels));
        Isthmus.Data.Images.ImageGrid.SavePng(
            _terminal.File("in put/one.png"),
            new(32, 32, 1, 256),
            [
                [.. pixels[..1024].Select(pixel => (byte)(255 * pixel))],
            ],
            1
        );
        Link("model", _model.Integer);

        var done = _terminal.Run([
            "compress",
            _terminal.File("in put"),
            "-m",
            _terminal.File("model"),
            "-o",
            _terminal.File("a.isth"),
            "--block",
            "100",
            "--method",
            "bbans",
        ]);
        Assert.True(done.Code == 0, done.Error);
        Assert.Contains("come back as PNG", done.Error);
        Assert.Contains("301 records in 2 files", done.Output);

        var back = _terminal.Json("decompress {a.isth} -o {out}");
        Assert.Equal((2, 301, 0), (back.GetProperty("files").GetInt32(), back.GetProperty("records").GetInt32(), back.GetProperty("lost").GetArrayLength()));
        Assert.Equal(Idx(pixels), File.ReadAllBytes(_terminal.File("out/ünï-idx3-ubyte")));
        Assert.Equal(ImageFile.Read(_terminal.File("in put/one.png")).Rgb, ImageFile.Read(_terminal.File("out/one.png")).Rgb);

        var ledger = _terminal.Json("info {a.isth}");
        Assert.Equal("archive", ledger.GetProperty("kind").GetString());
        Assert.Equal(8 * new FileInfo(_terminal.File("a.isth")).Length, ledger.GetProperty("total_bits").GetDouble());
        Assert.Equal(301 * 1024, ledger.GetProperty("raw_bits").GetDouble());
        Assert.InRange(ledger.GetProperty("ratio_to_promise").GetDouble(), 0.95, 1.2);
        Assert.Equal(_model.Hash, ledger.GetProperty("model_sha256").GetString());
        Assert.Contains("Where the bits went", _terminal.Done("info {a.isth}").Output);
    }

    [Fact]
    public void Every_method_and_thread_count_gives_the_same_records()
    {
        var pixels = Pixels(120);
        File.WriteAllBytes(_terminal.File("d-idx3-ubyte"), Idx(pixels));
        Link("model", _model.Integer);
        foreach (var method in new[] { "auto", "qlat", "bbans", "brotli", "raw" })
        {
            var archives = new[] { 1, 3 }
                .Select(threads =>
                {
                    _terminal.Done($"compress {{d-idx3-ubyte}} -m {{model}} -o {{{method}.isth}} --method {method} --block 50 --threads {threads} --force");
                    return File.ReadAllBytes(_terminal.File($"{method}.isth"));
                })
                .ToArray();
            Assert.Equal(archives[0], archives[1]);
            _terminal.Done($"decompress {{{method}.isth}} -o {{{method}}}");
            Assert.Equal(Idx(pixels), File.ReadAllBytes(_terminal.File($"{method}/d-idx3-ubyte")));
            _terminal.Done($"decompress {{{method}.isth}} -o {{only-{method}}} --only 77");
            Assert.Equal(
                pixels[(77 * 1024)..(78 * 1024)].Select(pixel => (byte)(255 * pixel)),
                ImageFile.Read(_terminal.File($"only-{method}/d-idx3-ubyte.77.png")).Rgb.Chunk(3).Select(rgb => rgb[0])
            );
        }
    }

    [Fact]
    public void Model_outside_is_asked_for_by_its_hash_and_trained_models_are_pointed_to_export()
    {
        File.WriteAllBytes(_terminal.File("d-idx3-ubyte"), Idx(Pixels(50)));
        Link("model", _model.Integer);
        _terminal.Done("compress {d-idx3-ubyte} -m {model} -o {a.isth} --model-outside --method bbans");
        Assert.Contains(_model.Hash, _terminal.Refused("decompress {a.isth} -o {out}"));
        Assert.Contains("isthmus export", _terminal.Refused($"decompress {{a.isth}} -o {{out}} -m {_model.Path}"));
        var wrong = _terminal.Refused("decompress {a.isth} -o {out} -m {d-idx3-ubyte}");
        Assert.Contains(_model.Hash, wrong);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_terminal.File("d-idx3-ubyte")))), wrong);
        Assert.Contains(_model.Hash, _terminal.Done("info {a.isth}").Error);
        _terminal.Done("info {a.isth} -m {model}");
        _terminal.Done("decompress {a.isth} -o {out} -m {model}");
        Assert.Equal(File.ReadAllBytes(_terminal.File("d-idx3-ubyte")), File.ReadAllBytes(_terminal.File("out/d-idx3-ubyte")));
    }

    /// <summary>Quantised latents are read without the encoder network: it is not in their archive, and the ledger says what the stored codes cost.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(1)]
    public void Archive_of_quantised_latents_holds_no_encoder_and_has_a_ledger(int run)
    {
        File.WriteAllBytes(_terminal.File("d-idx3-ubyte"), Idx(Pixels(130)));
        Link("model", _model.Integer);
        var made = _terminal.Json($"compress {{d-idx3-ubyte}} -m {{model}} -o {{a.isth}} --method qlat --block 100 --run {run}");
        var smaller = IntegerModel.FromBytes(File.ReadAllBytes(_model.Integer)).WithoutEncoder();
        Assert.Equal(Convert.ToHexStringLower(smaller.Hash), made.GetProperty("model_sha256").GetString());
        var ledger = _terminal.Json("info {a.isth}");
        Assert.Equal(("stored-codes", 130), (ledger.GetProperty("promise").GetString(), ledger.GetProperty("modelled_records").GetInt32()));
        // At most 8 bits a message over its ideal and 2^-12 a pixel (RangeEncoder), lengths of two bytes, two bytes a block. It can be less than the ideal:
        // a message's last zeros take no bytes, and black pixels at the end of a picture are such, whatever the model thinks of them.
        var messages = run == 1 ? 130 : 3;
        Assert.True(
            ledger.GetProperty("spent_bits").GetDouble()
                <= ledger.GetProperty("promised_bits").GetDouble() + (messages * (8 + 16)) + (130 * 1030 / 4096.0) + (2 * 16)
        );
        Assert.Contains("ideal cost of the stored codes", _terminal.Done("info {a.isth}").Output);

        // The model in the archive damaged: the whole one serves.
        var bytes = File.ReadAllBytes(_terminal.File("a.isth"));
        using (var archive = ArchiveReader.Open(_terminal.File("a.isth"), new()))
            bytes.AsSpan(ArchiveHeader.Length + archive.Header.Directory.Stored, 60).Clear();
        File.WriteAllBytes(_terminal.File("a.isth"), bytes);
        Assert.Contains("the model in it is damaged", _terminal.Refused("decompress {a.isth} -o {out}"));
        _terminal.Done("decompress {a.isth} -o {out} -m {model}");
        Assert.Equal(File.ReadAllBytes(_terminal.File("d-idx3-ubyte")), File.ReadAllBytes(_terminal.File("out/d-idx3-ubyte")));
    }

    [Fact]
    public void Grey_pixels_are_binarised_on_request_alone()
    {
        File.WriteAllBytes(_terminal.File("grey-idx3-ubyte"), Idx([.. Enumerable.Range(0, 20 * 1024).Select(i => (byte)(i % 256))]));
        Link("model", _model.Integer);
        Assert.Contains("--binarise", _terminal.Refused("compress {grey-idx3-ubyte} -m {model} -o {a.isth}"));
        var done = _terminal.Done("compress {grey-idx3-ubyte} -m {model} -o {a.isth} --binarise --seed 7");
        Assert.Contains("seed 7", done.Error);
        Assert.Equal(7, _terminal.Json("info {a.isth}").GetProperty("binarisation_seed").GetInt32());
        _terminal.Done("decompress {a.isth} -o {out}");
        Assert.All(File.ReadAllBytes(_terminal.File("out/grey-idx3-ubyte"))[16..], pixel => Assert.True(pixel is 0 or 255));
    }

    [Fact]
    public void Sizes_are_those_of_the_files_as_given_and_what_does_not_pay_is_said()
    {
        Directory.CreateDirectory(_terminal.File("in"));
        Isthmus.Data.Images.ImageGrid.SavePng(
            _terminal.File("in/one.png"),
            new(32, 32, 1, 256),
            [
                [.. Pixels(1).Select(pixel => (byte)(255 * pixel))],
            ],
            1
        );
        File.WriteAllBytes(_terminal.File("in/cut.png"), File.ReadAllBytes(_terminal.File("in/one.png"))[..30]);
        var given = Directory.GetFiles(_terminal.File("in")).Sum(file => new FileInfo(file).Length);
        Link("model", _model.Integer);
        var done = _terminal.Done("compress {in} -m {model} -o {a.isth} --method raw");
        Assert.Contains(FormattableString.Invariant($"2 files of {given:N0} bytes: the archive is no smaller"), done.Output);
        Assert.Contains("no block uses the model, so it is left out", done.Output);
        Assert.Contains("cut.png (no picture, or a damaged one)", done.Error);
        Assert.Contains("there is none in the archive", _terminal.Done("info {a.isth}").Output);
        var json = _terminal.Json("compress {in} -m {model} -o {b.isth} --method raw");
        Assert.Equal(
            (given, false, false),
            (json.GetProperty("given_bytes").GetInt64(), json.GetProperty("pays").GetBoolean(), json.GetProperty("model_used").GetBoolean())
        );
        _terminal.Done("decompress {b.isth} -o {out}");
        Assert.Equal(File.ReadAllBytes(_terminal.File("in/cut.png")), File.ReadAllBytes(_terminal.File("out/cut.png")));
    }

    [Fact]
    public void Damage_is_one_line_and_what_is_lost_is_listed()
    {
        File.WriteAllBytes(_terminal.File("d-idx3-ubyte"), Idx(Pixels(50)));
        Link("model", _model.Integer);
        _terminal.Done("compress {d-idx3-ubyte} -m {model} -o {a.isth} --block 10");
        var bytes = File.ReadAllBytes(_terminal.File("a.isth"));
        using (var archive = ArchiveReader.Open(_terminal.File("a.isth"), new()))
            bytes.AsSpan((int)archive.Blocks[2].Offset + 40, 4).Fill(0x77);
        File.WriteAllBytes(_terminal.File("a.isth"), bytes);
        // Blocks before the damaged one may be done, and told of, first: that depends on cores and on their speed.
        var refused = _terminal.Run("decompress {a.isth} -o {out}");
        Assert.Equal((2, ""), (refused.Code, refused.Output));
        var lines = refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines[..^1], line => Assert.StartsWith("decompressed ", line));
        Assert.StartsWith("error: ", lines[^1]);
        Assert.Contains("records 20 to 29 are damaged", lines[^1]);
        Assert.False(Directory.Exists(_terminal.File("out")));
        var outcome = _terminal.Run("decompress {a.isth} -o {out} --keep-going");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("records 20 to 29 of 50 lost", outcome.Output);
        Assert.Contains("damaged", _terminal.Refused("info {a.isth}"));
    }

    [Theory]
    [InlineData("compress {none} -m {model} -o {a.isth}", "does not exist")]
    [InlineData("compress {model} -m {none} -o {a.isth}", "does not exist")]
    [InlineData("compress {model} -o {a.isth}", "--model")]
    [InlineData("compress {model} -m {model}", "--output")]
    [InlineData("compress {model} -m {model} -o {a.isth} --method zip", "auto, qlat, bbans, brotli, raw")]
    [InlineData("compress {model} -m {model} -o {a.isth} --block 0", "at least 1")]
    [InlineData("compress {model} -m {model} -o {a.isth} --run 3", "1, 2, 4, ... or 1024")]
    [InlineData("compress {model} -m {model} -o {.}", "is a folder")]
    [InlineData("decompress {none} -o {out}", "does not exist")]
    [InlineData("decompress {model} -o {out}", "no Isthmus archive")]
    [InlineData("decompress {model} -o {model}", "is a file")]
    [InlineData("export -m {none} -o {x}", "does not exist")]
    public void Wrong_input_is_one_line(string line, string expected)
    {
        Link("model", _model.Integer);
        Assert.Contains(expected, _terminal.Refused(line));
    }

    [Fact]
    public void Trained_model_is_brought_to_integers_on_the_way()
    {
        File.WriteAllBytes(_terminal.File("d-idx3-ubyte"), Idx(Pixels(100)));
        // The form that export made with another number of threads, byte for byte.
        Assert.Equal(
            _model.Hash,
            _terminal.Json($"compress {{d-idx3-ubyte}} -m {_model.Path} -o {{a.isth}} --threads 2 --method bbans").GetProperty("model_sha256").GetString()
        );
        _terminal.Done("decompress {a.isth} -o {out}");
        Assert.Equal(Idx(Pixels(100)), File.ReadAllBytes(_terminal.File("out/d-idx3-ubyte")));
        // Pictures cost what they do in floating point: rounding moves them by less than the error of their mean, 0.2 %, a few times.
        // The rate may only fall, as the prior is fitted to the codes, and these lie outside of N(0, 1) after three epochs.
        var real = _terminal.Json($"evaluate shapes -m {_model.Path} --importance-samples 0 --threads 1");
        double Bits(string figure) => real.GetProperty(figure).GetDouble() / Math.Log(2);
        Assert.InRange(_model.Export.GetProperty("integer_distortion_bits").GetDouble() / Bits("distortion_nats"), 0.99, 1.01);
        Assert.InRange(_model.Export.GetProperty("integer_rate_bits").GetDouble() / Bits("rate_nats"), 0, 1.02);
        Assert.Equal(new FileInfo(_model.Integer).Length, _model.Export.GetProperty("model_bytes").GetInt32());
    }

    private void Link(string name, string path) => File.Copy(path, _terminal.File(name));

    /// <summary>The first pictures of shapes.</summary>
    private static byte[] Pixels(int count)
    {
        var data = Tiny.Shapes((count * 10 / 8) + 10).Train;
        var pixels = new byte[count * 1024];
        data.CopyPixels([.. Enumerable.Range(0, count)], pixels);
        return pixels;
    }

    private static byte[] Idx(byte[] pixels)
    {
        var count = pixels.Length / 1024;
        return [0, 0, 8, 3, 0, 0, (byte)(count >> 8), (byte)count, 0, 0, 0, 32, 0, 0, 0, 32, .. pixels];
    }

    /// <summary>A model of shapes, trained for a moment, and its integer form.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly Terminal _terminal = new();

        public Trained()
        {
            _terminal.Done(
                "train shapes --set hidden=32 --latent 4 --limit 1000 --set batch-size=50 --epochs 3 --importance-samples 0 --threads 1 --name m -o {runs}"
            );
            Path = _terminal.File("runs/m");
            Integer = _terminal.File("m.isth-model");
            Export = _terminal.Json("export -m {runs/m} -o {m.isth-model} --threads 1");
        }

        public string Path { get; }

        public string Integer { get; }

        public System.Text.Json.JsonElement Export { get; }

        public string Hash => Export.GetProperty("model_sha256").GetString()!;

        public void Dispose() => _terminal.Dispose();
    }
}
