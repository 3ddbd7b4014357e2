// The tree, the rows over it, and the prompt from a path.
#include "app/conversations/message_tree.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "app/conversations/conversation_list_model.h"
#include "app/conversations/message_list_model.h"
#include "app/conversations/prompt_builder.h"

using namespace cria::app;
namespace engine = cria::engine;

namespace {

MessageRecord node(const char* id, const char* parent, MessageRole role = MessageRole::user) {
  MessageRecord record;
  record.id = QLatin1String(id);
  record.parentId = QLatin1String(parent);
  record.role = role;
  record.text = QLatin1String(id);
  return record;
}

QList<MessageRecord> family() {
  return {node("u1", ""), node("a1", "u1", MessageRole::assistant),
          node("a2", "u1", MessageRole::assistant), node("u2", "a1"),
          node("a3", "u2", MessageRole::assistant)};
}

}  // namespace

class MessageTreeTest : public QObject {
  Q_OBJECT

 private slots:
  void paths() {
    const MessageTree tree(family(), QStringLiteral("a3"));
    QCOMPARE(tree.path(), QStringList({"u1", "a1", "u2", "a3"}));
    QCOMPARE(tree.siblings(QStringLiteral("a1")), QStringList({"a1", "a2"}));
    QCOMPARE(tree.newestLeafBelow(QStringLiteral("a1")), QStringLiteral("a3"));
    QCOMPARE(tree.newestLeafBelow(QStringLiteral("a2")), QStringLiteral("a2"));
    QCOMPARE(tree.countReplies(), 3);
    QVERIFY(tree.pathTo(QStringLiteral("none")).isEmpty());
    // A leaf that is not there: the newest message.
    QCOMPARE(MessageTree(family(), QStringLiteral("gone")).leaf(), QStringLiteral("a3"));
  }

  void aCircleEnds() {
    const MessageTree tree({node("a", "b"), node("b", "a")}, QStringLiteral("a"));
    QVERIFY(tree.path().size() <= 3);
    QVERIFY(!tree.newestLeafBelow(QStringLiteral("a")).isEmpty());
  }

  void rowsThatStayKeepTheirPlace() {
    MessageListModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.reset(MessageTree(family(), QStringLiteral("a3")));
    QCOMPARE(model.count(), 4);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    model.apply({}, QStringLiteral("a2"));
    QCOMPARE(model.count(), 2);
    QCOMPARE(resets.size(), 0);
    QCOMPARE(removed.size(), 1);
    QCOMPARE(removed.first().at(1).toInt(), 1);
    QCOMPARE(model.data(model.index(1), MessageListModel::SiblingIndexRole).toInt(), 2);
    QCOMPARE(model.data(model.index(1), MessageListModel::SiblingCountRole).toInt(), 2);
    model.apply({node("a4", "u1", MessageRole::assistant)}, QStringLiteral("a4"));
    QCOMPARE(model.data(model.index(1), MessageListModel::SiblingIndexRole).toInt(), 3);
  }

  void prompts() {
    ConversationRecord conversation;
    conversation.mode = QStringLiteral("complete");
    conversation.systemPrompt = QStringLiteral("Be kind.");
    QList<MessageRecord> path = {node("Once ", ""), node("upon", "", MessageRole::assistant),
                                 node(" a", "")};
    engine::Prompt prompt = buildPrompt(conversation, path);
    QCOMPARE(prompt.mode, engine::PromptMode::complete);
    QCOMPARE(prompt.text, std::string("Once upon a"));

    conversation.mode = QStringLiteral("chat");
    path[1].text.clear();
    prompt = buildPrompt(conversation, path);
    QCOMPARE(prompt.mode, engine::PromptMode::chat);
    QVERIFY(!prompt.chat_template.has_value());
    QVERIFY((prompt.messages == std::vector<engine::Message>{{engine::Role::system, "Be kind."},
                                                             {engine::Role::user, "Once "},
                                                             {engine::Role::user, " a"}}));
    conversation.chatTemplate = QStringLiteral("chatml");
    QCOMPARE(buildPrompt(conversation, path).chat_template,
             std::optional(engine::ChatTemplate::chatml));
  }

  void titles() {
    QCOMPARE(titleFrom(QStringLiteral("  Write a haiku \n about llamas")),
             QStringLiteral("Write a haiku"));
    const QString title = titleFrom(QStringLiteral("word ").repeated(50));
    QVERIFY(title.size() <= 61);
    QVERIFY(title.endsWith(QChar(0x2026)));
    // An emoji is not cut in two.
    const QString emoji = titleFrom(QStringLiteral("\U0001F999").repeated(100));
    QVERIFY(!emoji.at(emoji.size() - 2).isHighSurrogate());
  }

  void listOfConversations() {
    ConversationListModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto summary = [](const char* id, const char* title, qint64 when) {
      return ConversationSummary{QLatin1String(id), QLatin1String(title), when, 2,
                                 QStringLiteral("715k")};
    };
    const auto ids = [&model] {
      QStringList result;
      for (int row = 0; row < model.count(); ++row) {
        result
            << model.data(model.index(row), ConversationListModel::ConversationIdRole).toString();
      }
      return result;
    };
    model.reset({summary("a", "Haiku", 1), summary("b", "Story", 3), summary("c", "haikus", 2)});
    QCOMPARE(ids(), QStringList({"b", "c", "a"}));
    model.put(summary("a", "Haiku", 9));
    QCOMPARE(ids(), QStringList({"a", "b", "c"}));
    model.put(summary("b", "Stories", 4));
    QCOMPARE(ids(), QStringList({"a", "b", "c"}));
    model.setFilter(QStringLiteral("HAIKU"));
    QCOMPARE(ids(), QStringList({"a", "c"}));
    model.put(summary("d", "other", 99));
    QCOMPARE(ids(), QStringList({"a", "c"}));
    model.put(summary("c", "renamed", 2));
    QCOMPARE(ids(), QStringList({"a"}));
    model.setFilter({});
    QCOMPARE(ids(), QStringList({"d", "a", "b", "c"}));
    model.remove(QStringLiteral("a"));
    QCOMPARE(ids(), QStringList({"d", "b", "c"}));
    QCOMPARE(model.data(model.index(0), ConversationListModel::SubtitleRole).toString(),
             QStringLiteral("715k · 2 replies"));
    QCOMPARE(model.data(model.index(0), ConversationListModel::SectionRole).toString(),
             QStringLiteral("Older"));
    model.setCurrent(QStringLiteral("b"));
    QVERIFY(model.data(model.index(1), ConversationListModel::CurrentRole).toBool());
  }
};

QTEST_GUILESS_MAIN(MessageTreeTest)
#include "message_tree_test.moc"
