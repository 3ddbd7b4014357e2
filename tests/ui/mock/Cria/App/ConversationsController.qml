import QtQuick

QtObject {
    id: conversations

    property ListModel model: ListModel {
    }
    property string currentId: ""
    property bool undoAvailable: false
    property string undoText: ""
    property string filter: ""
    property string storeError: ""
    property string storeNotice: ""
    property bool readOnly: false
    property var removed: null
    property int next: 1
    property var all: []

    signal openedOther

    onFilterChanged: show()

    function show(): void {
        model.clear();
        for (const entry of all) {
            if (entry.title.toLowerCase().includes(filter.toLowerCase()))
                model.append(Object.assign({}, entry, {
                            "current": entry.conversationId === currentId
                        }));
        }
    }
    function add(title: string, subtitle: string, section: string): string {
        const id = "c" + next++;
        all = all.concat([{
                    "conversationId": id,
                    "title": title,
                    "subtitle": subtitle,
                    "section": section
                }]);
        show();
        return id;
    }
    function create(): void {
        const id = "c" + next++;
        all = [{
                "conversationId": id,
                "title": "",
                "subtitle": "no replies yet",
                "section": "Today"
            }, ...all];
        open(id);
    }
    function open(id: string): void {
        currentId = id;
        show();
        openedOther();
    }
    function rename(id: string, title: string): void {
        all = all.map(entry => entry.conversationId === id ? Object.assign({}, entry, {
                        "title": title
                    }) : entry);
        show();
    }
    function remove(id: string): void {
        removed = all.find(entry => entry.conversationId === id);
        all = all.filter(entry => entry.conversationId !== id);
        undoAvailable = true;
        undoText = "Deleted “" + removed.title + "”";
        show();
    }
    function dismissUndo(): void {
        undoAvailable = false;
    }
    function dismissStoreNotice(): void {
        storeNotice = "";
    }
    function undoRemove(): void {
        all = [removed, ...all];
        undoAvailable = false;
        show();
    }
}
