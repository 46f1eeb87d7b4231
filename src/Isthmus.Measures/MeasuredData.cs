using Isthmus.Data.Cells;

namespace Isthmus.Measures;

/// <summary>Reads files to be measured: tells files of columns from other files, and reads the columns.</summary>
public static class MeasuredData
{
    /// <summary>
    /// Returns true if a file has columns: CSV, TSV, .data, JSON, Parquet (also a folder or a pattern of these), .npy or .npz. Others are bytes.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    public static bool HasColumns(string path)
    {
        if (!File.Exists(path) && TableFiles.Are(path))
            return true;
        if (Directory.Exists(path))
            throw new InvalidInputException(
                path,
                "is a folder without tables",
                "give a file or a folder of tables: a table (.csv .tsv .json .parquet .npy .npz), or any file for its bytes"
            );
        if (!File.Exists(path))
            throw new InvalidInputException(path, "does not exist", "give a table (.csv .tsv .json .parquet .npy .npz), or any file for its bytes");
        return TableFile.IsAny(path) || MeasuredArrays.IsArrays(path);
    }

    /// <summary>
    /// Reads the columns of one file, or of two side by side (those of NumPy arrays are then named x and y), and returns the number of the first file's columns
    /// too.
    /// </summary>
    /// <exception cref="InvalidInputException">A file cannot be read, or they differ in length.</exception>
    public static (MeasuredTable Table, int First) Read(IReadOnlyList<string> paths, TableReading reading)
    {
        if (paths is [var only])
        {
            var table = Read(only, "x", reading);
            return (table, table.Columns.Count);
        }
        var (x, y) = (Read(paths[0], "x", reading), Read(paths[1], "y", reading));
        if (x.Rows != y.Rows)
            throw new InvalidInputException(paths[0], $"has {x.Rows} rows and {paths[1]} has {y.Rows}", "give files with equal numbers of rows");
        return x.Columns.Select(column => column.Name).Intersect(y.Columns.Select(column => column.Name)).FirstOrDefault() is { } both
            ? throw new InvalidInputException($"{paths[0]} and {paths[1]}", $"both have a column '{both}'", "rename it in one")
            : (new($"{paths[0]} and {paths[1]}", [.. x.Columns, .. y.Columns]) { Notes = [.. x.Notes, .. y.Notes] }, x.Columns.Count);
    }

    private static MeasuredTable Read(string path, string prefix, TableReading reading) =>
        File.Exists(path) && MeasuredArrays.IsArrays(path) ? MeasuredArrays.Read(path, prefix) : MeasuredTableReader.Read(path, reading);
}
