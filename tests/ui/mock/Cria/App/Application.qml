import QtQuick

// The objects that the window binds to, played by QML: each state can be set, each call is written down.
QtObject {
    id: app

    property ChatController chat: ChatController {
        id: chat

        checkpoints: checkpoints
        conversations: conversations
        sampling: app.sampling
    }
    property CheckpointController checkpoints: CheckpointController {
        id: checkpoints
    }
    property ConversationsController conversations: ConversationsController {
        id: conversations
    }
    property SamplingController sampling: SamplingController {
    }
    property ClosingController closing: ClosingController {
    }
    property Preferences preferences: Preferences {
    }
    property WindowSettings window: WindowSettings {
    }
}
