using Isthmus.Compute;
using Isthmus.Tests.Data;

namespace Isthmus.Tests.Verbs;

public class MeasureBadInputTests
{
    [Theory]
    [InlineData("--x agee", "did you mean 'age'?")]
    [InlineData("--x Age,zip --y size", "did you mean 'age'?")]
    [InlineData("--x 7", "columns from 0 to 4")]
    [InlineData("--x 0-9", "columns from 0 to 4")]
    [InlineData("--x ,", "no column that --x names")]
    [InlineData("--x age,age", "twice")]
    [InlineData("--x age,size --y size", "in --x and in --y")]
    [InlineData("--x age --y size --given age", "in --x and in --given")]
    [InlineData("--y size", "need --x")]
    [InlineData("--target size --x age", "--target ranks all columns")]
    [InlineData("--target age,size", "expected one column")]
    [InlineData("--target size --select 9", "1 to 4 columns")]
    [InlineData("--target size --criterion mrmmr", "mrmr or jmi")]
    [InlineData("--select 3", "--target")]
    [InlineData("--x age --y size --k 0", "at least 1")]
    [InlineData("--x age --y size --k -2", "at least 1")]
    [InlineData("--x age --y size --k 12", "k is 12 and there are 12 rows")]
    [InlineData("--x age --y size -e ksgg", "did you mean 'ksg")]
    [InlineData("--x age --y size -e frobnicate", "take one of auto, plugin")]
    [InlineData("--x age --y name -e ksg1", "'name' holds texts; take auto, gao or ross, or one that counts symbols")]
    [InlineData("--x age --y size --given name -e ksg1", "'name' holds texts; take auto, or one that counts symbols")]
    [InlineData("--x name -e gaussian", "'name' holds texts; take auto, or one that counts symbols")]
    [InlineData("--x age --y size -e plugin", "different numbers in 12 rows")]
    [InlineData("--x age --y size -e ross", "takes a label")]
    [InlineData("--x age --y size -e kl", "measures no mutual information")]
    [InlineData("--x age -e ksg1", "measures no entropy")]
    [InlineData("--x age --y size --given name -e gao", "measures no information given others")]
    [InlineData("--x age --ranks", "--ranks")]
    [InlineData("--x age,name", "Symbols and numbers together")]
    [InlineData("--x age --y size --interval 1.5", "between 0 and 1")]
    [InlineData("--x age --y size --permutations -1", "at least 0")]
    [InlineData("--x age --y size --bins 1", "at least 2")]
    [InlineData("--x age --y name --lag 1", "both of numbers")]
    [InlineData("--x age --y size --lag 0", "at least 1")]
    [InlineData("--x age --y size --lag 12", "at least 13 rows")]
    [InlineData("--x gap --y size --lag 1", "missing cells")]
    [InlineData("--lag 1", "--lag measures the transfer entropy")]
    [InlineData("--continuous name", "holds texts")]
    [InlineData("--continuous age --discrete age", "give one of the two")]
    [InlineData("--x gap --y size --missing 1,2,3,4,5,6,7,8,9,10,11,12", "no row with a value in 'gap'")]
    [InlineData("--as zip", "table or bytes")]
    [InlineData("--as bytes --x age", "no columns")]
    [InlineData("--html {h.html} --x age", "--html shows all pairs")]
    [InlineData("--estimator nsb", "measured by auto")]
    [InlineData("--x same -e gaussian", "constant")]
    [InlineData("--x same,age --continuous same,age", "constant column")]
    public void Wrong_arguments_are_one_line_without_the_tensor_library(string options, string expected)
    {
        using var terminal = new Terminal();
        File.WriteAllText(
            terminal.File("t.csv"),
            "age,size,name,gap,same\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"{i + 20},{i * i}.5,n{i % 3},{(i == 5 ? "" : $"{i}")},7\n"))
        );
        var before = TensorLibrary.IsLoaded;
        Assert.Contains(expected, terminal.Refused($"measure {{t.csv}} {options}"));
        Assert.Equal(before, TensorLibrary.IsLoaded);
        Assert.False(File.Exists(terminal.File("h.html")));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,b\n", "no row")]
    [InlineData("a,b\n1,2\n", "only 1 row")]
    [InlineData("a,b\n1,\n,2\n3,\n", "no row with a value in 'a' and 'b'")]
    [InlineData("a,b\n1,2\n3,inf\n5,6\n", "column 'b', row 2 is inf, not a finite number")]
    [InlineData("a,b\n1,2\n3,4\n-inf,6\n", "column 'a', row 3 is -inf")]
    [InlineData("a,b\n1,2\n3\n5,6,7\n", "as many")]
    public void Tables_that_cannot_be_measured_are_one_line(string text, string expected)
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("t.csv"), text);
        Assert.Contains(expected, terminal.Refused("measure {t.csv} --x a --y b"));
    }

    [Fact]
    public void Files_that_cannot_be_measured_are_one_line()
    {
        using var terminal = new Terminal();
        Directory.CreateDirectory(terminal.File("folder"));
        Assert.Contains("is a folder", terminal.Refused("measure {folder}"));
        Assert.Contains("does not exist", terminal.Refused("measure {none.csv}"));
        File.WriteAllBytes(terminal.File("empty.bin"), []);
        Assert.Contains("is empty", terminal.Refused("measure {empty.bin}"));
        Assert.Contains("is empty", terminal.Refused("measure {empty.bin} --as table"));
        var good = Scratch.Npy("<f8", false, "(3, 2)", new byte[48]);
        File.WriteAllBytes(terminal.File("cut.npy"), good[..^9]);
        Assert.Contains("cut short", terminal.Refused("measure {cut.npy}"));
        File.WriteAllBytes(terminal.File("deep.npy"), Scratch.Npy("<f8", false, "(1, 3, 2)", new byte[48]));
        Assert.Contains("1 dimension (N) or 2", terminal.Refused("measure {deep.npy}"));
        BitConverter.TryWriteBytes(good.AsSpan(good.Length - 8), double.NaN);
        File.WriteAllBytes(terminal.File("nan.npy"), good);
        Assert.Contains("row 3, column 1 is NaN", terminal.Refused("measure {nan.npy}"));
        File.WriteAllText(terminal.File("not.npz"), "PK no zip at all");
        terminal.Refused("measure {not.npz}");
        File.WriteAllBytes(terminal.File("text.csv"), [0, 1, 2, 255, 254, 3, 10, 0, 9]);
        terminal.Refused("measure {text.csv}");
        File.WriteAllText(
            terminal.File("wide.csv"),
            string.Join(',', Enumerable.Range(0, 101).Select(i => $"c{i}"))
                + "\n"
                + string.Concat(Enumerable.Range(0, 3).Select(r => string.Join(',', Enumerable.Range(0, 101).Select(i => r * i)) + "\n"))
        );
        Assert.Contains("at most 100 columns", terminal.Refused("measure {wide.csv}"));
        File.WriteAllText(terminal.File("t.csv"), "a,b\n1,2\n3,4\n5,9\n");
        Assert.Contains("cannot be written", terminal.Refused("measure {t.csv} --permutations 0 --html {t.csv/x.html}"));
    }

    [Fact]
    public void One_symbol_has_no_entropy_and_tells_nothing()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("t.csv"), "same,x,one\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"k,{i * i}.25,3\n")));
        foreach (var column in (string[])["same", "one"])
        {
            Assert.Equal(0, terminal.Json($"measure {{t.csv}} --x {column}").GetProperty("entropy_nats").GetDouble());
            Assert.Equal(0, terminal.Json($"measure {{t.csv}} --x {column} --y x").GetProperty("mi_nats").GetDouble());
        }
        Assert.Equal(0, terminal.Json("measure {t.csv} --x one --y x -e gaussian").GetProperty("mi_nats").GetDouble());
        Assert.Equal(0, terminal.Json("measure {t.csv} --x same --y one").GetProperty("mi_nats").GetDouble());
    }

    [Fact]
    public void Names_in_every_row_are_measured_with_a_warning()
    {
        using var terminal = new Terminal();
        File.WriteAllText(
            terminal.File("t.csv"),
            "id,x,class\n" + string.Concat(Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"name{i},{i * 0.37 % 1},{i % 3}\n")))
        );
        var json = terminal.Json("measure {t.csv} --x id --y class");
        Assert.Contains("trust the p-value", json.GetProperty("warnings")[0].GetString());
        Assert.Equal(1, json.GetProperty("p_value").GetDouble());
        Assert.Contains("all 300 are different", terminal.Refused("measure {t.csv} --x id --y x"));
        Assert.Equal(3, terminal.Json("measure {t.csv} --permutations 9").GetProperty("pairs").GetArrayLength());
    }
}
