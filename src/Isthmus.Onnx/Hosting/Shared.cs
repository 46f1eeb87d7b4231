namespace Isthmus.Onnx.Hosting;

/// <summary>
/// A value that several threads use, and that is disposed of once its owner has given it up and the last use of it has ended: a session of ONNX Runtime
/// that ends below a running call takes the process with it.
/// </summary>
/// <param name="value">The value.</param>
/// <param name="isOwned">False to leave disposing of it to the caller. Default true.</param>
internal sealed class Shared<T>(T value, bool isOwned = true)
    where T : class, IDisposable
{
    // The owner is one of the users.
    private int _users = 1;

    /// <summary>The value, for those who have entered.</summary>
    public T Value => value;

    /// <summary>Begins a use; false if the owner has given the value up.</summary>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
                return true;
            users = before;
        }
        return false;
    }

    /// <summary>Ends a use, or the owner's hold.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && isOwned)
            value.Dispose();
    }
}
