using System.Text;
using System.Text.Json;
using Isthmus.Tests.Data;
using Isthmus.Tests.Lines;

namespace Isthmus.Tests.Verbs;

public sealed class LineVerbTests
{
    [Fact]
    public void From_a_log_to_odd_lines_found_lines_and_new_ones()
    {
        using var terminal = new Terminal();
        var lines = Sentences.Two(96).Select((line, i) => $"2024-01-02 03:04:{i % 60:00} {line} {i}").ToArray();
        File.WriteAllLines(terminal.File("app.log"), lines);
        Assert.Contains("masks: time, address, hex, number", terminal.Done("info {app.log}").Output);
        var trained = terminal.Json(
            "train {app.log} --tokens words --set decoder-units=16 --set encoder-units=8 --set batch-size=16 --set learning-rate=0.01 --latent 3 --epochs 3 "
                + "--importance-samples 2 --name n -o {runs}"
        );
        Assert.Equal("text-vae", trained.GetProperty("model").GetString());
        Assert.True(trained.GetProperty("perplexity_per_word").GetDouble() > 1);
        Assert.Contains("masks: time, address, hex, number", terminal.Done("info {runs/n}").Output);
        Assert.Contains("replaced by their names", terminal.Done("info {runs/n}").Output);

        File.WriteAllLines(terminal.File("today.log"), [lines[0], "kernel panic: out of memory", lines[1]]);
        var scored = terminal.Json("score {today.log} -m {runs/n} --explain -o {scores.csv}");
        Assert.Equal(3, scored.GetProperty("records").GetInt32());
        var most = scored.GetProperty("most_surprising")[0];
        Assert.Equal(2, most.GetProperty("line").GetInt32());
        Assert.True(most.GetProperty("is_new").GetBoolean());
        Assert.NotEmpty(most.GetProperty("odd").EnumerateArray());
        Assert.Equal(4, File.ReadAllLines(terminal.File("scores.csv")).Length);
        Assert.Contains("nearest:", terminal.Done("score {today.log} -m {runs/n} --explain").Output);

        AwkwardLogs(terminal, lines);

        var found = terminal.Json("search -m {runs/n} -q cake -k 3").GetProperty("found");
        Assert.Equal(3, found.GetArrayLength());
        Assert.Equal(5, terminal.Json("interpolate -m {runs/n} --from cake --to flute --steps 5").GetProperty("lines").GetArrayLength());
        Assert.Equal(
            terminal.Done("sample -m {runs/n} -n 3 --temperature 0.5 --top-k 5 --nucleus 0.9").Output,
            terminal.Done("sample -m {runs/n} -n 3 --temperature 0.5 --top-k 5 --nucleus 0.9").Output
        );
        terminal.Done("sample -m {runs/n} -n 3 --greedy -o {lines.csv}");
        Assert.Equal(4, File.ReadAllLines(terminal.File("lines.csv")).Length);
        Assert.Equal(96, terminal.Json("encode {app.log} -m {runs/n} -o {codes.csv}").GetProperty("records").GetInt32());
        terminal.Done("reconstruct {app.log} -m {runs/n} --part test -o {back.csv}");
        Assert.Equal("record,line", File.ReadAllLines(terminal.File("back.csv"))[0]);

        Assert.Contains("holds no lines", Empty());
        Assert.Contains("does not exist", terminal.Refused("score {none.log} -m {runs/n}"));
        Assert.Contains("give a number above 0", terminal.Refused("sample -m {runs/n} --temperature 0"));
        Assert.Contains("is for lines of text", terminal.Refused("train shapes --model text-vae -o {runs}"));

        string Empty()
        {
            File.WriteAllText(terminal.File("empty.log"), "");
            return terminal.Refused("score {empty.log} -m {runs/n}");
        }
    }

    // Each kind of file that a log may be, scored by the model of the test.
    private static void AwkwardLogs(Terminal terminal, string[] lines)
    {
        long Records(byte[] content, string name = "awkward.log")
        {
            File.WriteAllBytes(terminal.File(name), content);
            return terminal.Json($"score {{{name}}} -m {{runs/n}}").GetProperty("records").GetInt64();
        }
        Assert.Equal(1, Records([.. "one line"u8]));
        Assert.Equal(4, Records([.. "\n\r\n\r\n\n"u8]));
        Assert.Equal(4, Records([.. "\uFEFFa\r\nb\rc\nd\0\0"u8]));
        Assert.Equal(2, Records([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("\u05e9\n\U0001F600\n")]));
        Assert.Equal(2, Records(Scratch.Gzip("a\nb\n"u8.ToArray()), "awkward.log.1.gz"));
        File.WriteAllBytes(terminal.File("awkward.log"), [0x61, 0x0A, 0x47, 0xFC, 0x0A]);
        Assert.Contains("is not UTF-8 text", terminal.Refused("score {awkward.log} -m {runs/n}"));
        File.WriteAllText(terminal.File("long.log"), $"{lines[0]}\n{new string('x', 200_000)}\n");
        var cut = terminal.Json("score {long.log} -m {runs/n}");
        Assert.Equal(1, cut.GetProperty("cut_lines").GetInt64());
        Assert.Contains("1 line longer than 65,536 characters", terminal.Done("score {long.log} -m {runs/n}").Output);
        var most = cut.GetProperty("most_surprising")[0];
        Assert.Equal((2, true), (most.GetProperty("line").GetInt32(), most.GetProperty("is_new").GetBoolean()));

        // A page, and windows of lines.
        var paged = terminal.Json("score {today.log} -m {runs/n} --html {today.html} --window 3");
        Assert.Equal(1, paged.GetProperty("windows").GetInt32());
        Assert.Contains("kernel", File.ReadAllText(terminal.File("today.html")));
        Assert.Contains("--force", terminal.Refused("score {today.log} -m {runs/n} --html {today.html}"));
        Assert.Contains("is too long", terminal.Refused("score {today.log} -m {runs/n} --window 5000"));
        Assert.Contains("lines have one score", terminal.Refused("score {today.log} -m {runs/n} --score elbo"));
        foreach (var option in (string[])["--merge", "--header no", "--decimal comma"])
            Assert.Contains("are for tables", terminal.Refused($"score {{today.log}} -m {{runs/n}} {option}"));
        Assert.Contains("leave --follow out", terminal.Refused("score - -m {runs/n} --follow"));

        // Followed until an interrupt: the odd line is told at once, and the summary comes with exit code 0.
        var followed = terminal.RunStopped("score {today.log} -m {runs/n} --follow -o {followed.csv}");
        Assert.Equal((0, 0), (followed.Code, File.ReadAllLines(terminal.File("followed.csv")).Length - 1));
        Assert.Contains("0 of 0 lines look unusual", followed.Output);
    }

    [Fact]
    public void The_decoder_alone_is_judged_as_a_language_model()
    {
        using var terminal = new Terminal();
        File.WriteAllLines(terminal.File("s.txt"), Sentences.Two(96));
        var trained = terminal.Json(
            "train {s.txt} --model lstm-lm --tokens words --set decoder-units=16 --set batch-size=16 --set learning-rate=0.02 --epochs 15 "
                + "--importance-samples 2 --name n -o {runs}"
        );
        Assert.Equal(0, trained.GetProperty("rate_nats").GetDouble());
        // Without a code importance samples change nothing.
        Assert.Equal(-trained.GetProperty("elbo_nats").GetDouble(), trained.GetProperty("nll_nats").GetDouble(), 1e-3);
        Assert.DoesNotContain("ollapse", trained.GetProperty("verdict").GetString());
        Assert.Contains("has no encoder", terminal.Refused("search -m {runs/n} -q cake"));
        Compressed(terminal);
    }

    // With the language model of the test: text comes back byte for byte, and the archive is compared with what others take.
    private static void Compressed(Terminal terminal)
    {
        var lines = string.Concat(Sentences.Two(300).Select((line, i) => i % 50 == 7 ? $"{line}\r\n" : $"{line}\n"));
        byte[] text = [.. Encoding.UTF8.GetBytes(lines), .. "no end \0 😀"u8, 0xFF];
        Directory.CreateDirectory(terminal.File("logs"));
        File.WriteAllBytes(terminal.File("logs/new.txt"), text);
        File.WriteAllBytes(terminal.File("logs/other.bin"), [.. Enumerable.Range(0, 999).Select(i => (byte)(i * i))]);
        var written = terminal.Json("compress {logs} -m {runs/n} -o {a.isth} --block 100");
        Assert.Equal(new FileInfo(terminal.File("a.isth")).Length, written.GetProperty("archive_bytes").GetInt64());
        Assert.True(written.GetProperty("model_used").GetBoolean());
        Assert.True(written.GetProperty("brotli_bytes").GetInt64() > 0);
        Assert.Equal(JsonValueKind.False, written.GetProperty("pays").ValueKind);
        Assert.Contains("no smaller than", terminal.Done("compress {logs} -m {runs/n} -o {b.isth} --block 100").Output);
        Assert.Equal(File.ReadAllBytes(terminal.File("a.isth")), File.ReadAllBytes(terminal.File("b.isth")));
        terminal.Done("decompress {a.isth} -o {out}");
        Assert.Equal(text, File.ReadAllBytes(terminal.File("out/new.txt")));
        Assert.Equal(File.ReadAllBytes(terminal.File("logs/other.bin")), File.ReadAllBytes(terminal.File("out/other.bin")));
        terminal.Done("decompress {a.isth} -o {out} --only 1");
        Assert.Equal(string.Concat(lines.Split('\n').Skip(100).Take(100).Select(line => $"{line}\n")), File.ReadAllText(terminal.File("out/new.txt.1")));
        Assert.Contains("has no block 9", terminal.Refused("decompress {a.isth} -o {out} --only 9"));
        Assert.Contains("bits a byte", terminal.Done("info {a.isth}").Output);
        // The model outside: needed to decode, and the right one.
        terminal.Done("compress {logs/new.txt} -m {runs/n} -o {c.isth} --model-outside --block 20");
        Assert.Contains("does not hold its model", terminal.Refused("decompress {c.isth} -o {outside}"));
        terminal.Done("export -m {runs/n} -o {n.isth-model}");
        terminal.Done("decompress {c.isth} -o {outside} -m {n.isth-model}");
        Assert.Equal(text, File.ReadAllBytes(terminal.File("outside/new.txt")));
        terminal.Done("compress {logs/new.txt} -m {n.isth-model} -o {d.isth} --model-outside --block 20");
        Assert.Equal(File.ReadAllBytes(terminal.File("c.isth")), File.ReadAllBytes(terminal.File("d.isth")));
        foreach (var option in (string[])["--method qlat", "--binarise", "--run 8"])
            Assert.Contains("are for archives of pictures", terminal.Refused($"compress {{logs}} -m {{runs/n}} -o {{e.isth}} {option}"));
    }
}
