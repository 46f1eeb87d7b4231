namespace Isthmus.Data.Records;

/// <summary>Form in which records are written.</summary>
public enum RecordForm
{
    /// <summary>None: records of this kind are not written.</summary>
    None,

    /// <summary>Pictures, side by side or one a file.</summary>
    Pictures,

    /// <summary>Columns of a table.</summary>
    Columns,
}
