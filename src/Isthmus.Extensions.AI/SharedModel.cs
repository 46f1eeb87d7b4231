using Isthmus.Onnx;

namespace Isthmus.Extensions.AI;

/// <summary>
/// A model that several threads use, and that is disposed of once its owner has given it up and the last call on it has returned: a session of ONNX Runtime
/// that ends below a running call takes the process with it.
/// </summary>
internal sealed class SharedModel(OnnxModel model, bool isOwned = true)
{
    // The owner is one of the users.
    private int _users = 1;

    public OnnxModel Model => model;

    /// <summary>Begins a call; false if the owner has given the model up.</summary>
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

    /// <summary>Ends a call, or the owner's hold.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && isOwned)
            model.Dispose();
    }
}
