using Isthmus.Data.Documents;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Data.Published;

/// <summary>
/// Published data sets by name. A file is looked for in the data folder, then in the cache, gzipped or unpacked; if it is in neither, it is downloaded into the
/// cache and kept only if its SHA-256 is the published one. Files in the data folder are the user's own and are not checked.
/// </summary>
/// <param name="dataFolder">Folder with a sub-folder for each data set; null for none.</param>
/// <param name="cacheFolder">Folder of downloads, with a sub-folder for each data set.</param>
/// <param name="sets">Data sets of the catalogue.</param>
public sealed class Catalogue(string? dataFolder, string cacheFolder, IReadOnlyList<CatalogueSet> sets)
{
    private const int HeldOut = 10_000,
        HeldOutDocuments = 1_000;
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
    private static readonly string[] Garments = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>Data sets that Isthmus knows.</summary>
    public static IReadOnlyList<CatalogueSet> Published { get; } =
    [
        new(
            "mnist",
            "60,000 + 10,000 handwritten digits, 28 x 28, 8-bit (LeCun et al. 1998)",
            "CC BY-SA 3.0",
            new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            [
                new("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                new("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                new("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                new("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            ],
            (file, options) => Idx("mnist", "digit", Digits, file, options)
        ),
        new(
            "fashion-mnist",
            "60,000 + 10,000 pieces of clothing, 28 x 28, 8-bit (Xiao et al. 2017)",
            "MIT",
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            [
                new("train-images-idx3-ubyte.gz", 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                new("train-labels-idx1-ubyte.gz", 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                new("t10k-images-idx3-ubyte.gz", 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                new("t10k-labels-idx1-ubyte.gz", 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            ],
            (file, options) => Idx("fashion-mnist", "garment", Garments, file, options)
        ),
        new(
            "static-mnist",
            "MNIST binarised once, fixed 50,000 / 10,000 / 10,000, no labels (Salakhutdinov & Murray 2008; Larochelle & Murray 2011)",
            "as MNIST, CC BY-SA 3.0",
            new("http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/"),
            [
                new("binarized_mnist_train.amat", 78400000, "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d"),
                new("binarized_mnist_valid.amat", 15680000, "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"),
                new("binarized_mnist_test.amat", 15680000, "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c"),
            ],
            StaticMnist
        ),
        new(
            "20news",
            "11,259 + 7,488 posts of 20 newsgroups as bags of 1,994 words, one post of each part empty (Lang 1995; Srivastava and Sutton 2017)",
            "CC BY 4.0, as UCI lists it",
            new("https://raw.githubusercontent.com/sophieburkhardt/dirichlet-vae-topic-models/70091d4f1df37c7a7eb2995fbbffba36caed46aa/data/20news/"),
            [
                new("train.feat", 3720351, "6c4b612d03bb54c68c923ae7b689398c4a7bd1046b0874332dfe0a0c42830143"),
                new("test.feat", 2421183, "5e5beaff3c66affeb08aeefb69e40e3e1c52360cdad2df03e7df2ecb6b79fad0"),
                new("vocab.new", 19838, "75594f361e317a8c8fafca9846e903143ff25bb57ac4207ff850ef4245eb94bb"),
            ],
            Newsgroups
        ),
    ];

    /// <summary>
    /// Returns the catalogue of published data sets, with $ISTHMUS_DATA as the data folder and isthmus/data in the user's local application data as the cache.
    /// </summary>
    public static Catalogue FromEnvironment() =>
        new(
            Environment.GetEnvironmentVariable("ISTHMUS_DATA") is { Length: > 0 } folder ? folder : null,
            Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "isthmus",
                "data"
            ),
            Published
        );

    /// <summary>Names of the data sets.</summary>
    public IEnumerable<string> Names => sets.Select(set => set.Name);

    /// <summary>Returns true if a data set of this name is known.</summary>
    public bool Contains(string name) => Names.Contains(name);

    /// <summary>
    /// Loads the data set's splits: its publisher's, and without a validation part, 10,000 training records (of 20news 1,000) held out by seed.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">Options of reading its files.</param>
    /// <param name="progress">Receives how far a download is.</param>
    /// <param name="cancellationToken">Stops a download; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">A file is damaged, or can be neither found nor downloaded.</exception>
    public DataSplits Load(string name, DataOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var set = sets.First(set => set.Name == name);
        return set.Read(file => Locate(set, set.Files.First(known => known.Name == file), options, progress, cancellationToken), options);
    }

    private string Locate(CatalogueSet set, CatalogueFile file, DataOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var plain = file.Name.EndsWith(".gz", StringComparison.Ordinal) ? file.Name[..^3] : file.Name;
        foreach (var folder in new[] { dataFolder, cacheFolder }.OfType<string>())
            foreach (var form in new[] { plain + ".gz", plain })
                if (Path.Combine(folder, set.Name, form) is var path && File.Exists(path))
                    return path;
        var target = Path.Combine(cacheFolder, set.Name);
        if (options.Offline)
            throw new InvalidInputException(set.Name, "is not on this machine", $"put {file.Name} into {target}, or set ISTHMUS_DATA to a folder that has it");
        VerifiedDownload.Fetch(set.Publisher, file, target, progress, cancellationToken);
        return Path.Combine(target, file.Name);
    }

    private static DataSplits Idx(string name, string label, string[] classes, Func<string, string> file, DataOptions options)
    {
        var parts = new[] { "train", "t10k" }
            .Select(part => IdxReader.Read(file($"{part}-images-idx3-ubyte.gz"), file($"{part}-labels-idx1-ubyte.gz"), name, label, classes, options))
            .ToArray();
        return DataSplits.HoldOut(parts[0], parts[1], HeldOut, options.Seed);
    }

    private static DataSplits Newsgroups(Func<string, string> file, DataOptions options)
    {
        options.RefuseImageOptions("20news");
        options.RefuseTableOptions("20news", "bags of words");
        var source = (options.Documents ?? new()) with { Vocabulary = file("vocab.new") };
        Dataset Part(string name) => BagOfWordsReader.Read(file(name), source, "20news", new(options.Stream));
        Dataset fitted = Part("train.feat"),
            test = Part("test.feat");
        var words = options.ExpectedWords ?? DocumentSchema.Chosen(fitted);
        return DataSplits.HoldOut(DocumentSchema.Checked(words.Adapt(fitted)), DocumentSchema.Checked(words.Adapt(test)), HeldOutDocuments, options.Seed);
    }

    private static DataSplits StaticMnist(Func<string, string> file, DataOptions options)
    {
        var parts = new[] { "train", "valid", "test" }.Select(part => AmatReader.Read(file($"binarized_mnist_{part}.amat"), options, "static-mnist")).ToArray();
        return new(parts[0], parts[1], parts[2]);
    }
}
