<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en_US">
<context>
    <name>Attention</name>
    <message>
        <source>layer {layer}, mean over heads</source>
        <translation>camada {layer}, média das cabeças</translation>
    </message>
    <message>
        <source>layer {layer}, maximum over heads</source>
        <translation>camada {layer}, máximo das cabeças</translation>
    </message>
    <message>
        <source>layer {layer}, head {head}</source>
        <translation>camada {layer}, cabeça {head}</translation>
    </message>
    <message>
        <source>{head} · query “{query}” looks at keys →</source>
        <translation>{head} · a consulta “{query}” olha para as chaves →</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>The first token&apos;s weight, {percent}, is hidden. The others are scaled up to the row&apos;s sum, for display only.</source>
        <translation>O peso do primeiro token, {percent}, está oculto. Os outros são ampliados até a soma da linha, só na exibição.</translation>
    </message>
    <message>
        <source>The first token is an &lt;b&gt;attention sink&lt;/b&gt;: heads with nothing to say park their weight there.</source>
        <translation>O primeiro token é um &lt;b&gt;ralo de atenção&lt;/b&gt;: cabeças sem nada a dizer deixam seu peso ali.</translation>
    </message>
    <message>
        <source>A bit of a weight is flipped in memory.</source>
        <translation>Um bit de um peso está invertido na memória.</translation>
    </message>
    <message>
        <source>{count} bits of weights are flipped in memory.</source>
        <translation>{count} bits de pesos estão invertidos na memória.</translation>
    </message>
    <message>
        <source>What is shown was read {without}.</source>
        <translation>O que é mostrado foi lido {without}.</translation>
    </message>
    <message>
        <source>The next reply is written {without}; what is shown was read before.</source>
        <translation>A próxima resposta será escrita {without}; o que é mostrado foi lido antes.</translation>
    </message>
    <message>
        <source>No attention is shown for this model: {reason}</source>
        <translation>A atenção deste modelo não é mostrada: {reason}</translation>
    </message>
    <message>
        <source>Here you will see which earlier tokens each token looks at, head by head, as soon as a model is loaded.</source>
        <translation>Aqui você verá, cabeça por cabeça, para quais tokens anteriores cada token olha, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Send a message: while the model writes, a row appears here for every token and shows which earlier tokens it looks at.</source>
        <translation>Envie uma mensagem: enquanto o modelo escreve, cada token ganha aqui uma linha que mostra para quais tokens anteriores ele olha.</translation>
    </message>
</context>
<context>
    <name>AttentionAtlas</name>
    <message>
        <source>Attention of all heads</source>
        <translation>Atenção de todas as cabeças</translation>
    </message>
    <message>
        <source>Arrow keys choose a layer and a head, M mutes it.</source>
        <translation>As setas escolhem uma camada e uma cabeça; M a silencia.</translation>
    </message>
    <message>
        <source>layer {layer}, all heads</source>
        <translation>camada {layer}, todas as cabeças</translation>
    </message>
    <message>
        <source>layer {layer}, head {head}</source>
        <translation>camada {layer}, cabeça {head}</translation>
    </message>
</context>
<context>
    <name>AttentionBody</name>
    <message>
        <source>attention weight</source>
        <translation>peso da atenção</translation>
    </message>
    <message>
        <source>{layers} layers × {heads} heads</source>
        <translation>{layers} camadas × {heads} cabeças</translation>
    </message>
</context>
<context>
    <name>AttentionControls</name>
    <message>
        <source>This head</source>
        <translation>Esta cabeça</translation>
    </message>
    <message>
        <source>The head chosen in the atlas.</source>
        <translation>A cabeça escolhida no atlas.</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Média</translation>
    </message>
    <message>
        <source>The mean weight over all heads of this layer.</source>
        <translation>O peso médio de todas as cabeças desta camada.</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>Máx.</translation>
    </message>
    <message>
        <source>The largest weight that any head of this layer gives.</source>
        <translation>O maior peso que alguma cabeça desta camada dá.</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>Logarithmic colours: each step of colour is a factor, so that small weights can be seen. Off: colours are proportional to weights.</source>
        <translation>Cores logarítmicas: cada passo de cor é um fator, para que pesos pequenos apareçam. Desligado: cores proporcionais aos pesos.</translation>
    </message>
    <message>
        <source>Logarithmic colours</source>
        <translation>Cores logarítmicas</translation>
    </message>
    <message>
        <source>Hide sink</source>
        <translation>Ocultar ralo</translation>
    </message>
    <message>
        <source>Leave out the first token, on which many heads park their weight. The other weights of a row are scaled up to its sum, for display only.</source>
        <translation>Deixa de fora o primeiro token, onde muitas cabeças largam seu peso. Os outros pesos da linha são ampliados até a soma dela, só na exibição.</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Ajustar</translation>
    </message>
    <message>
        <source>Show the whole map again (0, or a double click on the map).</source>
        <translation>Mostra de novo o mapa inteiro (0, ou clique duplo no mapa).</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Save the picture or its numbers.</source>
        <translation>Salva a imagem ou seus números.</translation>
    </message>
</context>
<context>
    <name>AttentionExport</name>
    <message>
        <source>Save weights as CSV…</source>
        <translation>Salvar pesos em CSV…</translation>
    </message>
    <message>
        <source>Save weights</source>
        <translation>Salvar pesos</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
</context>
<context>
    <name>AttentionFigure</name>
    <message>
        <source>Attention map</source>
        <translation>Mapa de atenção</translation>
    </message>
</context>
<context>
    <name>AttentionMap</name>
    <message>
        <source>query {query} → key {key}</source>
        <translation>consulta {query} → chave {key}</translation>
    </message>
    <message>
        <source>positions {row} → {column}</source>
        <translation>posições {row} → {column}</translation>
    </message>
    <message>
        <source>{places} · not read yet</source>
        <translation>{places} · ainda não lido</translation>
    </message>
    <message>
        <source>{places} · weight {weight}</source>
        <translation>{places} · peso {weight}</translation>
    </message>
    <message>
        <source>{numbers} · shown as {shown:.3g}</source>
        <translation>{numbers} · exibido como {shown:.3g}</translation>
    </message>
    <message>
        <source>Attention map</source>
        <translation>Mapa de atenção</translation>
    </message>
    <message>
        <source>Up and down choose a query row, plus and minus zoom, zero shows the whole map.</source>
        <translation>Setas para cima e para baixo escolhem uma linha, mais e menos ampliam e reduzem, zero mostra o mapa inteiro.</translation>
    </message>
</context>
<context>
    <name>AttentionPanel</name>
    <message>
        <source>Attention</source>
        <translation>Atenção</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
</context>
<context>
    <name>BarLegend</name>
    <message>
        <source>the model alone</source>
        <translation>só o modelo</translation>
    </message>
    <message>
        <source>after the chain</source>
        <translation>depois da cadeia</translation>
    </message>
    <message>
        <source>in the text</source>
        <translation>no texto</translation>
    </message>
    <message>
        <source>what the dice pick</source>
        <translation>o que o dado escolhe</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Legenda</translation>
    </message>
</context>
<context>
    <name>Board</name>
    <message>
        <source>Replies beside each other</source>
        <translation>Respostas lado a lado</translation>
    </message>
    <message>
        <source>Show more tokens</source>
        <translation>Mostrar mais tokens</translation>
    </message>
</context>
<context>
    <name>BranchColumn</name>
    <message>
        <source>Branches</source>
        <translation>Ramos</translation>
    </message>
    <message>
        <source>BRANCHES</source>
        <translation>RAMOS</translation>
    </message>
    <message>
        <source>Hide the branches</source>
        <translation>Ocultar os ramos</translation>
    </message>
    <message>
        <source>Show the branches</source>
        <translation>Mostrar os ramos</translation>
    </message>
</context>
<context>
    <name>BranchTree</name>
    <message>
        <source>Tree of branches</source>
        <translation>Árvore de ramos</translation>
    </message>
    <message>
        <source>A click shows this branch.</source>
        <translation>Um clique mostra este ramo.</translation>
    </message>
    <message>
        <source>On the branch that is shown.</source>
        <translation>No ramo exibido.</translation>
    </message>
</context>
<context>
    <name>Branches</name>
    <message>
        <source>It was sent.</source>
        <translation>Foi enviada.</translation>
    </message>
    <message>
        <source>Sent in place of another message.</source>
        <translation>Enviada no lugar de outra mensagem.</translation>
    </message>
    <message>
        <source>It answers the message before it.</source>
        <translation>Responde à mensagem anterior.</translation>
    </message>
    <message>
        <source>Written anew in place of another reply.</source>
        <translation>Escrita de novo no lugar de outra resposta.</translation>
    </message>
    <message>
        <source>Goes on from another token of another reply.</source>
        <translation>Continua outra resposta, com outro token.</translation>
    </message>
    <message>
        <source>Goes on behind a text that was put into another reply.</source>
        <translation>Continua depois de um texto posto em outra resposta.</translation>
    </message>
    <message>
        <source>Goes on where another reply was stopped.</source>
        <translation>Continua de onde outra resposta parou.</translation>
    </message>
    <message>
        <source>The same dice as another reply, with other settings.</source>
        <translation>O mesmo dado de outra resposta, com outros ajustes.</translation>
    </message>
    <message>
        <source>It came with a file, which does not say why it exists.</source>
        <translation>Veio em um arquivo, que não diz por que ela existe.</translation>
    </message>
    <message>
        <source>You: {text}</source>
        <translation>Você: {text}</translation>
    </message>
    <message>
        <source>Reply: {text}</source>
        <translation>Resposta: {text}</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>nada ainda</translation>
    </message>
</context>
<context>
    <name>BundleDetails</name>
    <message>
        <source>Load</source>
        <translation>Carregar</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Which of the source&apos;s graphs or precisions is loaded</source>
        <translation>Qual dos grafos ou precisões da origem é carregado</translation>
    </message>
    <message>
        <source>Rename …</source>
        <translation>Renomear …</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Mostrar pasta</translation>
    </message>
    <message>
        <source>Remove …</source>
        <translation>Remover …</translation>
    </message>
    <message>
        <source>from {source}, kept in {folder}</source>
        <translation>de {source}, guardado em {folder}</translation>
    </message>
    <message>
        <source>The default model. Loading it imports it, which takes a few seconds, once.</source>
        <translation>O modelo padrão. Ao ser carregado, é importado, o que leva alguns segundos, uma só vez.</translation>
    </message>
    <message>
        <source>Fetched from the hub. Loading it imports it, once.</source>
        <translation>Baixado do hub. Ao ser carregado, é importado, uma só vez.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Em uso</translation>
    </message>
    <message>
        <source>It is in use: load another model first.</source>
        <translation>Está em uso: carregue outro modelo antes.</translation>
    </message>
    <message>
        <source>Comes with Vitrine; there is nothing to remove.</source>
        <translation>Vem com o Vitrine; não há o que remover.</translation>
    </message>
    <message>
        <source>Frees {size}.</source>
        <translation>Libera {size}.</translation>
    </message>
</context>
<context>
    <name>ChainLine</name>
    <message>
        <source>Sampling chain</source>
        <translation>Cadeia de amostragem</translation>
    </message>
</context>
<context>
    <name>ChangeBars</name>
    <message>
        <source>Tokens that gained and lost</source>
        <translation>Tokens que ganharam e perderam</translation>
    </message>
</context>
<context>
    <name>Chat</name>
    <message>
        <source>Replies</source>
        <translation>Respostas</translation>
    </message>
    <message>
        <source>Rendered</source>
        <translation>Formatado</translation>
    </message>
    <message>
        <source>Replies with their Markdown rendered</source>
        <translation>Respostas com o Markdown formatado</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>Exato</translation>
    </message>
    <message>
        <source>Replies exactly as their tokens are</source>
        <translation>Respostas exatamente como seus tokens são</translation>
    </message>
    <message>
        <source>Tint</source>
        <translation>Cor</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Sem cor</translation>
    </message>
    <message>
        <source>No tint</source>
        <translation>Sem cor</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Probabilidade</translation>
    </message>
    <message>
        <source>Tint each token by how probable the model thought it</source>
        <translation>Colore cada token pela probabilidade que o modelo lhe deu</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Atenção</translation>
    </message>
    <message>
        <source>Tint each token by how much the token at the cursor looked at it, with the chosen head</source>
        <translation>Colore cada token por quanto o token no cursor olhou para ele, com a cabeça escolhida</translation>
    </message>
</context>
<context>
    <name>ChoiceBars</name>
    <message>
        <source>Probabilities where the replies part</source>
        <translation>Probabilidades onde as respostas se separam</translation>
    </message>
</context>
<context>
    <name>ColourBar</name>
    <message>
        <source>Colours of the weights</source>
        <translation>Cores dos pesos</translation>
    </message>
</context>
<context>
    <name>ColumnActions</name>
    <message>
        <source>What can be done with the column</source>
        <translation>O que pode ser feito com a coluna</translation>
    </message>
    <message>
        <source>Show this reply in the conversation</source>
        <translation>Mostrar esta resposta na conversa</translation>
    </message>
    <message>
        <source>Compare the others with this one</source>
        <translation>Comparar as outras com esta</translation>
    </message>
    <message>
        <source>Use these settings for the next replies</source>
        <translation>Usar estes ajustes nas próximas respostas</translation>
    </message>
    <message>
        <source>Take the present settings</source>
        <translation>Adotar os ajustes atuais</translation>
    </message>
    <message>
        <source>Keep these settings as a preset…</source>
        <translation>Guardar estes ajustes como predefinição…</translation>
    </message>
    <message>
        <source>Remove this column</source>
        <translation>Remover esta coluna</translation>
    </message>
</context>
<context>
    <name>ColumnHead</name>
    <message>
        <source>Show</source>
        <translation>Ver</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>atual</translation>
    </message>
    <message>
        <source>More about this column</source>
        <translation>Mais sobre esta coluna</translation>
    </message>
    <message>
        <source>Remove this column</source>
        <translation>Remover esta coluna</translation>
    </message>
    <message>
        <source>This reply stands in the conversation.</source>
        <translation>Esta resposta está na conversa.</translation>
    </message>
    <message>
        <source>Show this reply in the conversation.</source>
        <translation>Mostra esta resposta na conversa.</translation>
    </message>
    <message>
        <source>Column {letter}</source>
        <translation>Coluna {letter}</translation>
    </message>
    <message>
        <source>Show reply {letter} in the conversation</source>
        <translation>Mostrar a resposta {letter} na conversa</translation>
    </message>
    <message>
        <source>More about column {letter}</source>
        <translation>Mais sobre a coluna {letter}</translation>
    </message>
    <message>
        <source>Remove column {letter}</source>
        <translation>Remover a coluna {letter}</translation>
    </message>
</context>
<context>
    <name>ColumnMenu</name>
    <message>
        <source>Add a column</source>
        <translation>Adicionar uma coluna</translation>
    </message>
    <message>
        <source>Present settings</source>
        <translation>Ajustes atuais</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Predefinições</translation>
    </message>
    <message>
        <source>Other replies to this question</source>
        <translation>Outras respostas a esta pergunta</translation>
    </message>
</context>
<context>
    <name>CompareHeader</name>
    <message>
        <source>Add column</source>
        <translation>Adicionar coluna</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Predefinições</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Add a column</source>
        <translation>Adicionar uma coluna</translation>
    </message>
    <message>
        <source>Presets of sampling settings</source>
        <translation>Predefinições de ajustes de amostragem</translation>
    </message>
    <message>
        <source>Choose, keep or remove named settings.</source>
        <translation>Escolhe, guarda ou remove ajustes com nome.</translation>
    </message>
    <message>
        <source>Copy or save the comparison</source>
        <translation>Copiar ou salvar a comparação</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
    <message>
        <source>Put settings, a preset or another reply beside the others.</source>
        <translation>Põe ajustes, uma predefinição ou outra resposta ao lado das demais.</translation>
    </message>
    <message>
        <source>Write 1 reply</source>
        <translation>Escrever 1 resposta</translation>
    </message>
    <message>
        <source>Write {count} replies</source>
        <translation>Escrever {count} respostas</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Stop writing; what is there is kept.</source>
        <translation>Para de escrever; o que já há fica guardado.</translation>
    </message>
    <message>
        <source>One after the other, with the prompt and the dice of the first reply.</source>
        <translation>Uma após a outra, com o prompt e o dado da primeira resposta.</translation>
    </message>
</context>
<context>
    <name>CompareLegend</name>
    <message>
        <source>Tint</source>
        <translation>Cor</translation>
    </message>
    <message>
        <source>How far the first reply&apos;s distribution is from this one&apos;s: infinite where A keeps a token that this one removed.</source>
        <translation>Quão longe a distribuição da primeira resposta está da desta: infinito onde A mantém um token que esta removeu.</translation>
    </message>
    <message>
        <source>How far this reply&apos;s distribution is from the first one&apos;s: infinite where this one keeps a token that A removed.</source>
        <translation>Quão longe a distribuição desta resposta está da da primeira: infinito onde esta mantém um token que A removeu.</translation>
    </message>
    <message>
        <source>Stop or go on measuring</source>
        <translation>Parar ou continuar a medição</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Measuring was stopped.</source>
        <translation>A medição foi parada.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>{count} tokens to measure</source>
        <translation>{count} tokens a medir</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>{count} more can be measured while another of these replies is shown</source>
        <translation>mais {count} podem ser medidos enquanto outra destas respostas estiver exibida</translation>
    </message>
    <message>
        <source>{count} tokens are not measured</source>
        <translation>{count} tokens não foram medidos</translation>
    </message>
    <message>
        <source>Measure more</source>
        <translation>Medir mais</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Compare</source>
        <translation>Comparação</translation>
    </message>
    <message>
        <source>Four columns are the most; remove one first.</source>
        <translation>Quatro colunas são o máximo; remova uma antes.</translation>
    </message>
    <message>
        <source>There is no reply to put anything beside.</source>
        <translation>Ainda não há resposta com que comparar.</translation>
    </message>
    <message>
        <source>Here you will see replies to one question beside each other, as soon as a model is loaded.</source>
        <translation>Aqui você verá, lado a lado, respostas a uma mesma pergunta, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Send a message: its reply appears here, and beside it what the same dice write with other settings.</source>
        <translation>Envie uma mensagem: a resposta aparece aqui, e ao lado dela o que o mesmo dado escreve com outros ajustes.</translation>
    </message>
    <message>
        <source>changed while it was written</source>
        <translation>mudados durante a escrita</translation>
    </message>
    <message>
        <source>{letter}: {piece} · ID {id} · token {number}, position {position}</source>
        <translation>{letter}: {piece} · ID {id} · token {number}, posição {position}</translation>
    </message>
    <message>
        <source>put there by a person</source>
        <translation>posto ali por uma pessoa</translation>
    </message>
    <message>
        <source>{letters} part at token {number} (position {position}), after {piece}</source>
        <translation>{letters} se separam no token {number} (posição {position}), depois de {piece}</translation>
    </message>
    <message>
        <source>{letters} part at their first token (position {position})</source>
        <translation>{letters} se separam no primeiro token (posição {position})</translation>
    </message>
    <message>
        <source>They agree so far: {count} tokens.</source>
        <translation>Iguais até aqui: {count} tokens.</translation>
    </message>
    <message>
        <source>They are the same: {count} tokens.</source>
        <translation>São iguais: {count} tokens.</translation>
    </message>
    <message>
        <source>They agree on {count} tokens, where {letter} ends.</source>
        <translation>São iguais em {count} tokens, onde {letter} termina.</translation>
    </message>
    <message>
        <source>{setting} off</source>
        <translation>sem {setting}</translation>
    </message>
    <message>
        <source>everything off</source>
        <translation>tudo desligado</translation>
    </message>
    <message>
        <source>As it was written</source>
        <translation>Como foi escrita</translation>
    </message>
    <message>
        <source>Nothing muted</source>
        <translation>Nada silenciado</translation>
    </message>
    <message>
        <source>Other dice</source>
        <translation>Outro dado</translation>
    </message>
    <message>
        <source>The same settings</source>
        <translation>Os mesmos ajustes</translation>
    </message>
    <message>
        <source>Reply {number} of {count}: {text}</source>
        <translation>Resposta {number} de {count}: {text}</translation>
    </message>
    <message>
        <source>not written yet</source>
        <translation>ainda não escrita</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>em espera</translation>
    </message>
    <message>
        <source>writing: {count} tokens</source>
        <translation>escrevendo: {count} tokens</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>semente {seed}</translation>
    </message>
    <message>
        <source>{value} nats</source>
        <translation>{value} nats</translation>
    </message>
    <message>
        <source>{stage} of {remover} removed one token that {keeper} keeps ({mass} %)</source>
        <translation>{stage} de {remover} removeu um token que {keeper} mantém ({mass} %)</translation>
    </message>
    <message>
        <source>{stage} of {remover} removed {count} tokens that {keeper} keeps ({mass} % together)</source>
        <translation>{stage} de {remover} removeu {count} tokens que {keeper} mantém ({mass} % juntos)</translation>
    </message>
    <message>
        <source>∞ at {count} of {total}</source>
        <translation>∞ em {count} de {total}</translation>
    </message>
    <message>
        <source>mean {mean} · max {largest}</source>
        <translation>média {mean} · máx. {largest}</translation>
    </message>
    <message>
        <source>p {before} → {after}</source>
        <translation>p {before} → {after}</translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>A model has to be loaded first.</source>
        <translation>É preciso carregar um modelo antes.</translation>
    </message>
    <message>
        <source>Only what was recorded is here; load the model to write with it.</source>
        <translation>Aqui só há o que foi gravado; carregue o modelo para escrever com ele.</translation>
    </message>
    <message>
        <source>Something is being written or read; wait for it, or stop it.</source>
        <translation>Algo está sendo escrito ou lido; espere terminar, ou pare.</translation>
    </message>
    <message>
        <source>There is no finished reply to begin with.</source>
        <translation>Não há resposta terminada por onde começar.</translation>
    </message>
    <message>
        <source>{name} wrote this reply; load it to write it again.</source>
        <translation>Esta resposta foi escrita por {name}; carregue esse modelo para escrevê-la de novo.</translation>
    </message>
</context>
<context>
    <name>ComparisonBoard</name>
    <message>
        <source>Move the slider above and press Replay: the same prompt is answered with the same dice and that one setting changed, and the reply appears here. Or add a column with a preset or with another reply to this question.</source>
        <translation>Mova o controle acima e clique em Repetir: o mesmo prompt é respondido com o mesmo dado e só esse ajuste mudado, e a resposta aparece aqui. Ou adicione uma coluna com uma predefinição ou com outra resposta a esta pergunta.</translation>
    </message>
    <message>
        <source>Reply {letter}</source>
        <translation>Resposta {letter}</translation>
    </message>
    <message>
        <source>Show more of {count} tokens</source>
        <translation>Mostrar mais (faltam {count} tokens)</translation>
    </message>
    <message>
        <source>left before, or ended</source>
        <translation>separou-se antes, ou terminou</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message</source>
        <translation>Mensagem</translation>
    </message>
    <message>
        <source>Tokens of the message</source>
        <translation>Tokens da mensagem</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Prompt de sistema</translation>
    </message>
    <message>
        <source>Instructions that the model gets first</source>
        <translation>Instruções que o modelo recebe primeiro</translation>
    </message>
    <message>
        <source>Exact prompt</source>
        <translation>Prompt exato</translation>
    </message>
    <message>
        <source>Every token the model gets, with its template (Ctrl+P)</source>
        <translation>Cada token que o modelo recebe, com seu template (Ctrl+P)</translation>
    </message>
    <message>
        <source>Leave what was recorded, and open a model that goes on writing</source>
        <translation>Sair da gravação e abrir um modelo que continue a escrever</translation>
    </message>
    <message>
        <source>Instructions that the model gets before everything else.</source>
        <translation>Instruções que o modelo recebe antes de tudo.</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line.</source>
        <translation>Enter envia, Shift+Enter quebra a linha.</translation>
    </message>
    <message>
        <source>Esc stops the reply; your text stays here.</source>
        <translation>Esc para a resposta; seu texto fica aqui.</translation>
    </message>
    <message>
        <source>One message waits for the model already; Esc takes it back.</source>
        <translation>Uma mensagem já espera pelo modelo; Esc a traz de volta.</translation>
    </message>
    <message>
        <source>Stop ■</source>
        <translation>Parar ■</translation>
    </message>
    <message>
        <source>Send ↵</source>
        <translation>Enviar ↵</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>Parar de escrever</translation>
    </message>
    <message>
        <source>Send message</source>
        <translation>Enviar mensagem</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Kept, not sent</source>
        <translation>Guardado, não enviado</translation>
    </message>
    <message>
        <source>The engine is not running: restart it to send.</source>
        <translation>O motor não está rodando: reinicie-o para enviar.</translation>
    </message>
    <message>
        <source>Recorded, without its model: nothing can be written.</source>
        <translation>Gravação sem o modelo: só leitura.</translation>
    </message>
    <message>
        <source>No language model: it can be looked into, and nothing be written.</source>
        <translation>Não é um modelo de linguagem: pode ser visto por dentro, mas não escreve.</translation>
    </message>
    <message>
        <source>Type already; it is sent when the model is ready.</source>
        <translation>Já pode digitar; o envio espera o modelo.</translation>
    </message>
    <message>
        <source>Say something</source>
        <translation>Diga algo</translation>
    </message>
    <message>
        <source>{length} characters; tokens are shown live up to {limit}</source>
        <translation>{length} caracteres; os tokens aparecem ao vivo até {limit}</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 token</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} tokens</translation>
    </message>
</context>
<context>
    <name>ConversationFiles</name>
    <message>
        <source>Export the conversation</source>
        <translation>Exportar a conversa</translation>
    </message>
    <message>
        <source>Markdown, what is shown</source>
        <translation>Markdown, o que é exibido</translation>
    </message>
    <message>
        <source>JSON, all branches</source>
        <translation>JSON, todos os ramos</translation>
    </message>
    <message>
        <source>Vitrine, all branches and numbers</source>
        <translation>Vitrine, todos os ramos e números</translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation>Importar conversas</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Conversas</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos os arquivos</translation>
    </message>
    <message>
        <source>Exported as {path}.</source>
        <translation>Exportada como {path}.</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation>Conversas</translation>
    </message>
</context>
<context>
    <name>ConversationMenu</name>
    <message>
        <source>Conversation</source>
        <translation>Conversa</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importar…</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Desafixar</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Fixar</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Export with what was seen inside…</source>
        <translation>Exportar com o que se viu por dentro…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Apagar</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Del</translation>
    </message>
</context>
<context>
    <name>DistributionView</name>
    <message>
        <source>Distribution of the next token</source>
        <translation>Distribuição do próximo token</translation>
    </message>
    <message>
        <source>Tokens by probability</source>
        <translation>Tokens por probabilidade</translation>
    </message>
</context>
<context>
    <name>DivergenceBar</name>
    <message>
        <source>Tint: from 0 nats to infinity</source>
        <translation>Cor: de 0 nats ao infinito</translation>
    </message>
</context>
<context>
    <name>DivergenceReader</name>
    <message>
        <source>Other parts of the model were muted for each reply: one row of logits does not speak for both, so distributions are not measured against each other.</source>
        <translation>Partes diferentes do modelo foram silenciadas em cada resposta: uma linha de logits não vale para as duas, por isso as distribuições não são comparadas entre si.</translation>
    </message>
</context>
<context>
    <name>Download</name>
    <message>
        <source>ONNX for onnxruntime-genai</source>
        <translation>ONNX para onnxruntime-genai</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>checkpoint</translation>
    </message>
    <message>
        <source>no licence stated</source>
        <translation>nenhuma licença declarada</translation>
    </message>
    <message>
        <source>licence: {licence}</source>
        <translation>licença: {licence}</translation>
    </message>
    <message>
        <source>commit {commit}</source>
        <translation>commit {commit}</translation>
    </message>
    <message>
        <source>only with its owner’s consent</source>
        <translation>só com o consentimento do dono</translation>
    </message>
    <message>
        <source>{count} more  {size}</source>
        <translation>mais {count}  {size}</translation>
    </message>
    <message>
        <source>{rest} of {size} to fetch, {here} are here already; {free} free on this disk</source>
        <translation>{rest} de {size} a baixar, {here} já estão aqui; {free} livres neste disco</translation>
    </message>
    <message>
        <source>{size} to fetch; {free} free on this disk</source>
        <translation>{size} a baixar; {free} livres neste disco</translation>
    </message>
    <message>
        <source>This disk has not enough room for it.</source>
        <translation>Não há espaço para ele neste disco.</translation>
    </message>
    <message>
        <source>There is no tokenizer.json with it, without which it cannot be opened.</source>
        <translation>Falta o tokenizer.json, sem o qual ele não pode ser aberto.</translation>
    </message>
    <message>
        <source>Asking the hub …</source>
        <translation>Consultando o hub …</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} de {total}</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/s</translation>
    </message>
    <message>
        <source>Comparing {name} with its hash</source>
        <translation>Comparando {name} com seu hash</translation>
    </message>
    <message>
        <source>{why} Trying again soon.</source>
        <translation>{why} Nova tentativa em breve.</translation>
    </message>
    <message>
        <source>{count} B</source>
        <translation>{count} B</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>{seconds} s restantes</translation>
    </message>
    <message>
        <source>{minutes} min left</source>
        <translation>{minutes} min restantes</translation>
    </message>
    <message>
        <source>{hours} h left</source>
        <translation>{hours} h restantes</translation>
    </message>
</context>
<context>
    <name>DownloadBox</name>
    <message>
        <source>organisation/model, or the address of its page</source>
        <translation>organização/modelo, ou o endereço da página dele</translation>
    </message>
    <message>
        <source>Model on the hub</source>
        <translation>Modelo no hub</translation>
    </message>
    <message>
        <source>Behind an @, a branch, a tag or a commit can be named.</source>
        <translation>Depois de um @ pode vir um branch, uma tag ou um commit.</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>Procurar</translation>
    </message>
    <message>
        <source>Shows what would be fetched; fetches nothing yet.</source>
        <translation>Mostra o que seria baixado; ainda não baixa nada.</translation>
    </message>
    <message>
        <source>INTERRUPTED</source>
        <translation>INTERROMPIDOS</translation>
    </message>
    <message>
        <source>{name} is here, and every file has the hash that the hub gives it.</source>
        <translation>{name} está aqui, e cada arquivo tem o hash que o hub informa.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar de novo</translation>
    </message>
</context>
<context>
    <name>DownloadOffer</name>
    <message>
        <source>Do not fetch this model</source>
        <translation>Não baixar este modelo</translation>
    </message>
    <message>
        <source>Variants of the model</source>
        <translation>Variantes do modelo</translation>
    </message>
    <message>
        <source>Files: {files}</source>
        <translation>Arquivos: {files}</translation>
    </message>
    <message>
        <source>Go on, {size}</source>
        <translation>Continuar, {size}</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>Baixar {size}</translation>
    </message>
</context>
<context>
    <name>DownloadProgress</name>
    <message>
        <source>Progress of the download</source>
        <translation>Andamento do download</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>What was fetched is kept.</source>
        <translation>O que foi baixado fica guardado.</translation>
    </message>
    <message>
        <source>Asking the hub …</source>
        <translation>Consultando o hub …</translation>
    </message>
</context>
<context>
    <name>DraftEditor</name>
    <message>
        <source>A message can have {limit} characters.</source>
        <translation>Uma mensagem pode ter {limit} caracteres.</translation>
    </message>
    <message>
        <source>{length} characters are too many for one message; it can have {limit}. Nothing was pasted.</source>
        <translation>{length} caracteres são demais para uma mensagem; o limite é {limit}. Nada foi colado.</translation>
    </message>
</context>
<context>
    <name>DrawStrip</name>
    <message>
        <source>The draw among the surviving tokens</source>
        <translation>O sorteio entre os tokens que restam</translation>
    </message>
    <message>
        <source>the draw {draw} falls on {piece}</source>
        <translation>o sorteio {draw} cai em {piece}</translation>
    </message>
</context>
<context>
    <name>DropTarget</name>
    <message>
        <source>Drop a model or a conversation here to open it</source>
        <translation>Solte um modelo ou uma conversa aqui para abrir</translation>
    </message>
    <message>
        <source>Drop to open</source>
        <translation>Solte para abrir</translation>
    </message>
    <message>
        <source>A model&apos;s file or folder (GGUF, ONNX, safetensors), or a conversation (.vitrine, .json).</source>
        <translation>Arquivo ou pasta de um modelo (GGUF, ONNX, safetensors), ou uma conversa (.vitrine, .json).</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>The engine is not running: restart it to send this. What you type is kept.</source>
        <translation>O motor não está rodando: reinicie-o para enviar. O que você digita fica guardado.</translation>
    </message>
    <message>
        <source>The model is being loaded; this can be sent when it is ready. What you type is kept.</source>
        <translation>O modelo está sendo carregado; o envio espera por ele. O que você digita fica guardado.</translation>
    </message>
    <message>
        <source>There is nothing to send.</source>
        <translation>Não há o que enviar.</translation>
    </message>
    <message>
        <source>What followed stays on a branch of its own.</source>
        <translation>O que veio depois fica em um ramo próprio.</translation>
    </message>
</context>
<context>
    <name>ErrorRows</name>
    <message>
        <source>none</source>
        <translation>nenhum</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memória</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Erro</translation>
    </message>
    <message>
        <source>Largest error</source>
        <translation>Maior erro</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Estouro</translation>
    </message>
    <message>
        <source>Became 0</source>
        <translation>Virou 0</translation>
    </message>
    <message>
        <source>Number format; whole numbers have a 32-bit scale for each block of 32.</source>
        <translation>Formato dos números; os inteiros têm uma escala de 32 bits para cada bloco de 32.</translation>
    </message>
    <message>
        <source>What all its numbers would take in memory.</source>
        <translation>O que todos os números ocupariam na memória.</translation>
    </message>
    <message>
        <source>Root mean square of the rounding errors, in percent of that of the numbers.</source>
        <translation>Média quadrática dos erros de arredondamento, em por cento da dos números.</translation>
    </message>
    <message>
        <source>The largest rounding error of any number.</source>
        <translation>O maior erro de arredondamento entre todos os números.</translation>
    </message>
    <message>
        <source>Numbers that the format cannot hold: they become infinite or no number.</source>
        <translation>Números que não cabem no formato: viram infinito ou deixam de ser número.</translation>
    </message>
    <message>
        <source>Numbers that are too small for the format and become 0.</source>
        <translation>Números pequenos demais para o formato, que viram 0.</translation>
    </message>
</context>
<context>
    <name>ExactPrompt</name>
    <message>
        <source>Exact prompt</source>
        <translation>Prompt exato</translation>
    </message>
    <message>
        <source>Tokens of the prompt</source>
        <translation>Tokens do prompt</translation>
    </message>
    <message>
        <source>Template …</source>
        <translation>Template …</translation>
    </message>
    <message>
        <source>See, edit or reset the chat template that makes this prompt</source>
        <translation>Ver, editar ou restaurar o template de conversa que gera este prompt</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Copiar texto</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>The prompt is shown here token by token as soon as a model is loaded.</source>
        <translation>O prompt aparece aqui token por token assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>A recording makes no prompts: its model&apos;s tokenizer is not there. The tokens that were recorded are in the panel Tokens.</source>
        <translation>Uma gravação não gera prompts: o tokenizador do modelo não está nela. Os tokens gravados estão no painel Tokens.</translation>
    </message>
    <message>
        <source>The prompt is shown here token by token as soon as something is typed.</source>
        <translation>O prompt aparece aqui token por token assim que algo for digitado.</translation>
    </message>
    <message>
        <source> What is typed and not sent yet is included.</source>
        <translation> Inclui o que foi digitado e ainda não enviado.</translation>
    </message>
    <message>
        <source>{count} tokens, {special} of them control tokens of the template.</source>
        <translation>{count} tokens, {special} deles de controle, do template.</translation>
    </message>
    <message>
        <source>There is no chat template: the last message is continued as it is.</source>
        <translation>Não há template de conversa: a última mensagem é continuada como está.</translation>
    </message>
    <message>
        <source>Your own template is in use.</source>
        <translation>O template em uso é o seu.</translation>
    </message>
</context>
<context>
    <name>ExportMenu</name>
    <message>
        <source>Copy or save</source>
        <translation>Copiar ou salvar</translation>
    </message>
    <message>
        <source>Copy table as CSV</source>
        <translation>Copiar tabela como CSV</translation>
    </message>
    <message>
        <source>Copy table as JSON</source>
        <translation>Copiar tabela como JSON</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>Salvar tabela…</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>Salvar imagem…</translation>
    </message>
    <message>
        <source>Save arrays…</source>
        <translation>Salvar arranjos…</translation>
    </message>
    <message>
        <source>The table is on the clipboard.</source>
        <translation>A tabela está na área de transferência.</translation>
    </message>
    <message>
        <source>Save table</source>
        <translation>Salvar tabela</translation>
    </message>
    <message>
        <source>CSV (*.csv);;JSON (*.json)</source>
        <translation>CSV (*.csv);;JSON (*.json)</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Salvar imagem</translation>
    </message>
    <message>
        <source>PNG (*.png);;SVG (*.svg)</source>
        <translation>PNG (*.png);;SVG (*.svg)</translation>
    </message>
    <message>
        <source>Save arrays</source>
        <translation>Salvar arranjos</translation>
    </message>
    <message>
        <source>NumPy arrays (*.npz)</source>
        <translation>Arranjos NumPy (*.npz)</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>Salvo em {path}.</translation>
    </message>
</context>
<context>
    <name>ExpressionView</name>
    <message>
        <source>The model as one expression</source>
        <translation>O modelo como uma só expressão</translation>
    </message>
    <message>
        <source>Click a name to see what is in it.</source>
        <translation>Clique num nome para ver o que há nele.</translation>
    </message>
    <message>
        <source>Click “…” to see all steps, and a name to see what is in it.</source>
        <translation>Clique em “…” para ver todos os passos, e num nome para ver o que há nele.</translation>
    </message>
</context>
<context>
    <name>FactsLine</name>
    <message>
        <source>Show the reply of this token</source>
        <translation>Mostrar a resposta deste token</translation>
    </message>
    <message>
        <source>Point at a token to see its probabilities and how far apart the replies are there.</source>
        <translation>Aponte para um token para ver suas probabilidades e quão distantes as respostas estão ali.</translation>
    </message>
    <message>
        <source>Show reply {letter} to look at this token</source>
        <translation>Mostrar a resposta {letter} para ver este token</translation>
    </message>
</context>
<context>
    <name>FlippingLine</name>
    <message>
        <source>bit </source>
        <translation>bit </translation>
    </message>
    <message>
        <source>Bit to be flipped, 0 is the lowest</source>
        <translation>Bit a inverter; 0 é o mais baixo</translation>
    </message>
    <message>
        <source>Which bit of the stored value; click one of its boxes to choose it.</source>
        <translation>Qual bit do valor guardado; clique em uma das casas para escolhê-lo.</translation>
    </message>
    <message>
        <source>Flip</source>
        <translation>Inverter</translation>
    </message>
    <message>
        <source>Flip this bit of the weight in memory</source>
        <translation>Inverter este bit do peso na memória</translation>
    </message>
    <message>
        <source>Turn this bit of the weight over, in memory only: the model runs with it from now on.</source>
        <translation>Inverte este bit do peso, só na memória: o modelo roda com ele a partir de agora.</translation>
    </message>
    <message>
        <source>Undo all</source>
        <translation>Desfazer tudo</translation>
    </message>
    <message>
        <source>Turn all flipped bits back</source>
        <translation>Desfazer todos os bits invertidos</translation>
    </message>
    <message>
        <source>Write the reply again</source>
        <translation>Escrever a resposta de novo</translation>
    </message>
    <message>
        <source>Write the last reply again with the same dice</source>
        <translation>Escrever a última resposta de novo com o mesmo dado</translation>
    </message>
    <message>
        <source>Write the last reply again with the same prompt and dice; the earlier one stays as a variant.</source>
        <translation>Escreve a última resposta de novo com o mesmo prompt e o mesmo dado; a anterior permanece como variante.</translation>
    </message>
    <message>
        <source>Flipped: {count}</source>
        <translation>Invertidos: {count}</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Go on from this token</source>
        <translation>Continuar a partir deste token</translation>
    </message>
    <message>
        <source>Write a variant of this reply with {piece} here (Enter); this one stays.</source>
        <translation>Escreve uma variante desta resposta com {piece} aqui (Enter); esta permanece.</translation>
    </message>
    <message>
        <source>Go on with {piece}</source>
        <translation>Continuar com {piece}</translation>
    </message>
</context>
<context>
    <name>FormatChart</name>
    <message>
        <source>Formats over the text of the reply</source>
        <translation>Formatos ao longo do texto da resposta</translation>
    </message>
    <message>
        <source>probability of the token that was written</source>
        <translation>probabilidade do token que foi escrito</translation>
    </message>
    <message>
        <source>divergence from FP32, nats</source>
        <translation>divergência em relação a FP32, nats</translation>
    </message>
    <message>
        <source>flips</source>
        <translation>trocas</translation>
    </message>
    <message>
        <source>{count} tokens in {formats}</source>
        <translation>{count} tokens em {formats}</translation>
    </message>
</context>
<context>
    <name>FormatRows</name>
    <message>
        <source>stored as {type}</source>
        <translation>guardado como {type}</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exato</translation>
    </message>
    <message>
        <source>whole number × scale {scale}</source>
        <translation>inteiro × escala {scale}</translation>
    </message>
    <message>
        <source>{sign} sign, {exponent} exponent and {fraction} fraction bits</source>
        <translation>bits: {sign} de sinal, {exponent} de expoente e {fraction} de fração</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>Sign, exponent, fraction</source>
        <translation>Sinal, expoente, fração</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Erro</translation>
    </message>
    <message>
        <source>Next below</source>
        <translation>Logo abaixo</translation>
    </message>
    <message>
        <source>Next above</source>
        <translation>Logo acima</translation>
    </message>
</context>
<context>
    <name>FormatTable</name>
    <message>
        <source>The reply in every format</source>
        <translation>A resposta em cada formato</translation>
    </message>
</context>
<context>
    <name>Formula</name>
    <message>
        <source>A recording holds no weights: they are in the model, which is not there.</source>
        <translation>Uma gravação não contém pesos: eles estão no modelo, que não está nela.</translation>
    </message>
    <message>
        <source>Block {number}</source>
        <translation>Bloco {number}</translation>
    </message>
    <message>
        <source>logit of “{piece}”</source>
        <translation>logit de “{piece}”</translation>
    </message>
    <message>
        <source>filter {number}, row {row}, column {column}</source>
        <translation>filtro {number}, linha {row}, coluna {column}</translation>
    </message>
    <message>
        <source>neuron {number}</source>
        <translation>neurônio {number}</translation>
    </message>
    <message>
        <source>on a made-up input: random numbers from 0 to 1</source>
        <translation>em uma entrada inventada: números aleatórios de 0 a 1</translation>
    </message>
    <message>
        <source>after token {position} “{piece}”</source>
        <translation>depois do token {position} “{piece}”</translation>
    </message>
    <message>
        <source>“{piece}” follows</source>
        <translation>vem “{piece}”</translation>
    </message>
    <message>
        <source>in{index}, head {head}, entry {entry}</source>
        <translation>in{index}, cabeça {head}, componente {entry}</translation>
    </message>
    <message>
        <source>Here you will see anything that the model computes with weights as a formula in real numbers, once one is loaded.</source>
        <translation>Aqui se verá tudo o que o modelo calcula com pesos como fórmula em números reais, assim que um for carregado.</translation>
    </message>
    <message>
        <source>Send a message: any number of the model is then spelled out, inputs times weights, for every token.</source>
        <translation>Envie uma mensagem: qualquer número do modelo aparece então por extenso, entradas vezes pesos, para cada token.</translation>
    </message>
    <message>
        <source>Logits (head)</source>
        <translation>Logits (cabeça de saída)</translation>
    </message>
    <message>
        <source>logit {number}</source>
        <translation>logit {number}</translation>
    </message>
    <message>
        <source>entry {number} of the residual stream</source>
        <translation>componente {number} do fluxo residual</translation>
    </message>
    <message>
        <source>entry {entry} of head {head}</source>
        <translation>componente {entry} da cabeça {head}</translation>
    </message>
    <message>
        <source>output {number}</source>
        <translation>saída {number}</translation>
    </message>
    <message>
        <source>“{word}” is {count} tokens, {pieces}: the logit of the first is shown.</source>
        <translation>“{word}” são {count} tokens, {pieces}: mostra-se o logit do primeiro.</translation>
    </message>
    <message>
        <source>The inputs are the residual stream after the {norm}.</source>
        <translation>As entradas são o fluxo residual depois da {norm}.</translation>
    </message>
    <message>
        <source>The inputs are what the heads of attention put together.</source>
        <translation>As entradas são o que as cabeças de atenção reuniram.</translation>
    </message>
    <message>
        <source>The inputs are neurons of the MLP: an activated gate times its up projection. Double-click one to see its gate spelled out.</source>
        <translation>As entradas são neurônios do MLP: um gate ativado vezes sua projeção up. Clique duas vezes em um para ver seu gate por extenso.</translation>
    </message>
    <message>
        <source>There are numbers in it that are infinite or no numbers (NaN).</source>
        <translation>Há nela números que são infinitos ou não são números (NaN).</translation>
    </message>
    <message>
        <source>The runtime&apos;s kernel rounds the inputs to 8 bits, in blocks of {block} that share a scale (accuracy level 4). With inputs rounded so the sum comes out as {sum}, {left} from the runtime&apos;s.</source>
        <translation>O kernel do runtime arredonda as entradas para 8 bits, em blocos de {block} que compartilham uma escala (nível de precisão 4). Com as entradas assim arredondadas, a soma dá {sum}, a {left} da do runtime.</translation>
    </message>
    <message>
        <source>The runtime computes with 16-bit numbers; here they are added up in 64 bits.</source>
        <translation>O runtime calcula com números de 16 bits; aqui eles são somados em 64 bits.</translation>
    </message>
    <message>
        <source>The runtime adds up 32-bit numbers in an order of its own; here they have 64 bits.</source>
        <translation>O runtime soma números de 32 bits em uma ordem própria; aqui eles têm 64 bits.</translation>
    </message>
    <message>
        <source> ({share} %)</source>
        <translation> ({share} %)</translation>
    </message>
</context>
<context>
    <name>FormulaFigure</name>
    <message>
        <source>The formula in real numbers</source>
        <translation>A fórmula em números reais</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>mais {count}</translation>
    </message>
    <message>
        <source>bias</source>
        <translation>viés</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nenhum</translation>
    </message>
    <message>
        <source>Y, sum here</source>
        <translation>Y, soma aqui</translation>
    </message>
    <message>
        <source>runtime {value}</source>
        <translation>runtime {value}</translation>
    </message>
    <message>
        <source>another value</source>
        <translation>outro valor</translation>
    </message>
    <message>
        <source>their product</source>
        <translation>seu produto</translation>
    </message>
    <message>
        <source>up projection</source>
        <translation>projeção up</translation>
    </message>
    <message>
        <source>activated gate</source>
        <translation>gate ativado</translation>
    </message>
    <message>
        <source>into the down projection</source>
        <translation>para a projeção down</translation>
    </message>
    <message>
        <source>Click to choose this weight for Tensors and Numbers.</source>
        <translation>Clique para escolher este peso em Tensores e Números.</translation>
    </message>
</context>
<context>
    <name>FormulaPanel</name>
    <message>
        <source>Formula</source>
        <translation>Fórmula</translation>
    </message>
    <message>
        <source>All terms</source>
        <translation>Todos os termos</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>This model has no layer that multiplies with weights.</source>
        <translation>Este modelo não tem camada que multiplique por pesos.</translation>
    </message>
    <message>
        <source>Looking for the model&apos;s layers …</source>
        <translation>Procurando as camadas do modelo …</translation>
    </message>
    <message>
        <source>This layer cannot be spelled out, because {why}.</source>
        <translation>Esta camada não pode ser escrita por extenso, porque {why}.</translation>
    </message>
    <message>
        <source>What is inside the model is computed when the reply is written.</source>
        <translation>O que há dentro do modelo é calculado quando a resposta estiver escrita.</translation>
    </message>
    <message>
        <source>Computing …</source>
        <translation>Calculando …</translation>
    </message>
    <message>
        <source>List all terms</source>
        <translation>Listar todos os termos</translation>
    </message>
    <message>
        <source>List all terms, and not only those of the largest magnitude.</source>
        <translation>Lista todos os termos, e não só os de maior módulo.</translation>
    </message>
    <message>
        <source>Copy or save the terms</source>
        <translation>Copiar ou salvar os termos</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
    <message>
        <source>Terms of the formula</source>
        <translation>Termos da fórmula</translation>
    </message>
</context>
<context>
    <name>Grip</name>
    <message>
        <source>Drag to move the panel; drop it on another to put both behind tabs.</source>
        <translation>Arraste para mover o painel; solte sobre outro para pôr os dois em abas.</translation>
    </message>
    <message>
        <source>Detach or attach {panel}</source>
        <translation>Soltar ou prender {panel}</translation>
    </message>
    <message>
        <source>Close {panel}</source>
        <translation>Fechar {panel}</translation>
    </message>
</context>
<context>
    <name>HeadGrid</name>
    <message>
        <source>Heads and blocks to mute</source>
        <translation>Cabeças e blocos a silenciar</translation>
    </message>
    <message>
        <source>{head}: muting it changes the log-probability by {nats} nats</source>
        <translation>{head}: silenciá-la muda o log da probabilidade em {nats} nats</translation>
    </message>
    <message>
        <source>{cell}, muted</source>
        <translation>{cell}, em silêncio</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>M</source>
        <translation>M</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Find a token by text or ID</source>
        <translation>Achar um token por texto ou ID</translation>
    </message>
    <message>
        <source>Type a word to see why it was not chosen, or to go on with it (Ctrl+F in this panel)</source>
        <translation>Digite uma palavra para ver por que não foi escolhida, ou para continuar com ela (Ctrl+F neste painel)</translation>
    </message>
    <message>
        <source>Copy or save the distribution</source>
        <translation>Copiar ou salvar a distribuição</translation>
    </message>
    <message>
        <source>Copy or save the table, the picture or the arrays.</source>
        <translation>Copia ou salva a tabela, a imagem ou os arranjos.</translation>
    </message>
    <message>
        <source>Find any of {count} tokens</source>
        <translation>Buscar em {count} tokens</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Distribution of the values</source>
        <translation>Distribuição dos valores</translation>
    </message>
    <message>
        <source>most values lie between {low} and {high}</source>
        <translation>a maioria dos valores está entre {low} e {high}</translation>
    </message>
    <message>
        <source>{count} values from {low} to {high}</source>
        <translation>{count} valores de {low} a {high}</translation>
    </message>
</context>
<context>
    <name>ImportCard</name>
    <message>
        <source>Details</source>
        <translation>Detalhes</translation>
    </message>
    <message>
        <source>Show all that the import found</source>
        <translation>Mostrar tudo o que a importação encontrou</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Biblioteca</translation>
    </message>
    <message>
        <source>All models on this machine (Ctrl+Shift+O)</source>
        <translation>Todos os modelos desta máquina (Ctrl+Shift+O)</translation>
    </message>
    <message>
        <source>Dismiss what the import found</source>
        <translation>Dispensar o que a importação encontrou</translation>
    </message>
    <message>
        <source>What the import of {name} found</source>
        <translation>O que a importação de {name} encontrou</translation>
    </message>
</context>
<context>
    <name>KeyModel</name>
    <message>
        <source>“{piece}” at position {position}: weight {weight}</source>
        <translation>“{piece}” na posição {position}: peso {weight}</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>Knife</name>
    <message>
        <source>Here you will mute heads, blocks and words, as soon as a model is loaded.</source>
        <translation>Aqui você silenciará cabeças, blocos e palavras, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Only what was recorded is here; open the model to mute parts of it.</source>
        <translation>Aqui só há o que foi gravado; abra o modelo para silenciar partes dele.</translation>
    </message>
    <message>
        <source>Send a message. Then mute a head, a block or a word with a click, and see here which tokens gain and which lose.</source>
        <translation>Envie uma mensagem. Depois silencie com um clique uma cabeça, um bloco ou uma palavra, e veja aqui quais tokens ganham e quais perdem.</translation>
    </message>
    <message>
        <source>Choose a token that something comes before.</source>
        <translation>Escolha um token que tenha algo antes dele.</translation>
    </message>
    <message>
        <source>How “{piece}” at position {position} came to be chosen, {without}</source>
        <translation>Como “{piece}” foi escolhido na posição {position}, {without}</translation>
    </message>
    <message>
        <source>nothing muted</source>
        <translation>sem silenciar nada</translation>
    </message>
    <message>
        <source>The text is being read again without what is muted …</source>
        <translation>O texto está sendo lido de novo sem o que foi silenciado …</translation>
    </message>
    <message>
        <source>Click a head to mute it everywhere, A for the whole attention block of a layer, M for its MLP; or cover the word at the cursor and look at a later one.</source>
        <translation>Clique em uma cabeça para silenciá-la em toda parte, em A para o bloco de atenção inteiro de uma camada, em M para o MLP dela; ou tape a palavra no cursor e olhe uma posterior.</translation>
    </message>
    <message>
        <source>{before} → {after} %</source>
        <translation>{before} → {after} %</translation>
    </message>
    <message>
        <source>Gained</source>
        <translation>Ganharam</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Perderam</translation>
    </message>
    <message>
        <source>“{piece}” stays the most probable token.</source>
        <translation>“{piece}” continua sendo o token mais provável.</translation>
    </message>
    <message>
        <source>The most probable token was “{before}” and becomes “{after}”.</source>
        <translation>O token mais provável era “{before}” e passa a ser “{after}”.</translation>
    </message>
    <message>
        <source>The distributions are {nats} nats apart (KL divergence).</source>
        <translation>As distribuições estão a {nats} nats uma da outra (divergência KL).</translation>
    </message>
    <message>
        <source>Both were read at once, which differs a little from how they were written.</source>
        <translation>As duas foram lidas de uma só vez, o que difere um pouco de como foram escritas.</translation>
    </message>
    <message>
        <source>{done} of {total} heads …</source>
        <translation>{done} de {total} cabeças …</translation>
    </message>
    <message>
        <source>Stopped after {done} of {total} heads.</source>
        <translation>Parado depois de {done} de {total} cabeças.</translation>
    </message>
    <message>
        <source>{head} ({before} → {after} %)</source>
        <translation>{head} ({before} → {after} %)</translation>
    </message>
    <message>
        <source>Muted everywhere, these change it most: {heads}.</source>
        <translation>Silenciadas em toda parte, as que mais o mudam: {heads}.</translation>
    </message>
    <message>
        <source>Muted at this token alone, these change it most: {heads}.</source>
        <translation>Silenciadas só neste token, as que mais o mudam: {heads}.</translation>
    </message>
    <message>
        <source>Green heads speak for the token, amber ones against it: without them it is less likely, or more.</source>
        <translation>Cabeças verdes falam a favor do token, as âmbar contra: sem elas ele fica menos provável, ou mais.</translation>
    </message>
    <message>
        <source>with nothing muted</source>
        <translation>sem silenciar nada</translation>
    </message>
    <message>
        <source>Heads were ranked {without}; rank them again to see what matters now.</source>
        <translation>As cabeças foram ordenadas {without}; ordene-as de novo para ver o que importa agora.</translation>
    </message>
</context>
<context>
    <name>KnifeControls</name>
    <message>
        <source>Cover this word</source>
        <translation>Tapar esta palavra</translation>
    </message>
    <message>
        <source>No later token sees the word at the cursor; the others keep their places.</source>
        <translation>Nenhum token posterior vê a palavra no cursor; as outras ficam em seus lugares.</translation>
    </message>
    <message>
        <source>Write again</source>
        <translation>Escrever de novo</translation>
    </message>
    <message>
        <source>Write this reply again with the same dice and with what is muted now.</source>
        <translation>Escreve esta resposta de novo com o mesmo dado e com o que está silenciado agora.</translation>
    </message>
    <message>
        <source>Rank heads</source>
        <translation>Ordenar cabeças</translation>
    </message>
    <message>
        <source>Mute each head alone and see how much that changes the chosen token.</source>
        <translation>Silencia cada cabeça sozinha e vê quanto isso muda o token escolhido.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Copy or save the tokens or the ranking, or the picture.</source>
        <translation>Copia ou salva os tokens, a ordem das cabeças ou a imagem.</translation>
    </message>
    <message>
        <source>Where heads are muted for the ranking</source>
        <translation>Onde as cabeças são silenciadas para ordená-las</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Em toda parte</translation>
    </message>
    <message>
        <source>At every token of the text, as muting does: exact.</source>
        <translation>Em cada token do texto, como faz o silenciar: exato.</translation>
    </message>
    <message>
        <source>Here only</source>
        <translation>Só aqui</translation>
    </message>
    <message>
        <source>At this token alone, which finds what earlier ones left as it was: much faster.</source>
        <translation>Só neste token, que encontra intacto o que os anteriores deixaram: muito mais rápido.</translation>
    </message>
    <message>
        <source>Uncover this word</source>
        <translation>Destapar esta palavra</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Stop ranking heads</source>
        <translation>Parar de ordenar cabeças</translation>
    </message>
</context>
<context>
    <name>KnifePanel</name>
    <message>
        <source>Knife</source>
        <translation>Bisturi</translation>
    </message>
    <message>
        <source>Written as a branch with the same dice. Compare shows both side by side.</source>
        <translation>Escrita como um ramo, com o mesmo dado. O painel Comparação mostra as duas lado a lado.</translation>
    </message>
</context>
<context>
    <name>LayerChart</name>
    <message>
        <source>Time of every layer for one token</source>
        <translation>Tempo de cada camada para um token</translation>
    </message>
    <message>
        <source>Outside of layers</source>
        <translation>Fora das camadas</translation>
    </message>
    <message>
        <source>Layer {number}</source>
        <translation>Camada {number}</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>atenção</translation>
    </message>
    <message>
        <source>MLP</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>embedding, head and other</source>
        <translation>embedding, cabeça de saída e outros</translation>
    </message>
</context>
<context>
    <name>LayerDetail</name>
    <message>
        <source>Weights and nodes of the layer</source>
        <translation>Pesos e nós da camada</translation>
    </message>
    <message>
        <source>Choose a layer: its weights and the nodes of its graph are shown here.</source>
        <translation>Escolha uma camada: seus pesos e os nós do seu grafo aparecem aqui.</translation>
    </message>
    <message>
        <source>Weights:</source>
        <translation>Pesos:</translation>
    </message>
    <message>
        <source>It has no weights of its own.</source>
        <translation>Não tem pesos próprios.</translation>
    </message>
    <message>
        <source>Its weights are in the rows within it.</source>
        <translation>Os pesos estão nas linhas dentro dele.</translation>
    </message>
    <message>
        <source>takes</source>
        <translation>recebe</translation>
    </message>
    <message>
        <source>makes</source>
        <translation>produz</translation>
    </message>
    <message>
        <source>… and {count} more nodes</source>
        <translation>… e mais {count} nós</translation>
    </message>
</context>
<context>
    <name>LayerLines</name>
    <message>
        <source>Rank and entropy by layer</source>
        <translation>Posto e entropia por camada</translation>
    </message>
    <message>
        <source>{point}: rank {rank}, entropy {entropy} nats</source>
        <translation>{point}: posto {rank}, entropia de {entropy} nats</translation>
    </message>
    <message>
        <source>rank of the chosen token</source>
        <translation>posto do token escolhido</translation>
    </message>
    <message>
        <source>entropy, nats</source>
        <translation>entropia, nats</translation>
    </message>
</context>
<context>
    <name>LayerTreeModel</name>
    <message>
        <source>{time} ms</source>
        <translation>{time} ms</translation>
    </message>
    <message>
        <source>those of the embedding</source>
        <translation>os do embedding</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nenhum</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Camada</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parâmetros</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Parte</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>FLOPs/token</source>
        <translation>FLOPs/token</translation>
    </message>
    <message>
        <source>FLOPs/run</source>
        <translation>FLOPs/execução</translation>
    </message>
    <message>
        <source>Time/token</source>
        <translation>Tempo/token</translation>
    </message>
</context>
<context>
    <name>Layers</name>
    <message>
        <source>block {number}</source>
        <translation>bloco {number}</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>embedding</translation>
    </message>
    <message>
        <source>positions and masks</source>
        <translation>posições e máscaras</translation>
    </message>
    <message>
        <source>attention norm</source>
        <translation>norm. da atenção</translation>
    </message>
    <message>
        <source>query, key and value projections</source>
        <translation>projeções Q, K e V</translation>
    </message>
    <message>
        <source>query projection</source>
        <translation>projeção de consulta</translation>
    </message>
    <message>
        <source>key projection</source>
        <translation>projeção de chave</translation>
    </message>
    <message>
        <source>value projection</source>
        <translation>projeção de valor</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>atenção</translation>
    </message>
    <message>
        <source>output projection</source>
        <translation>projeção de saída</translation>
    </message>
    <message>
        <source>MLP norm</source>
        <translation>norm. do MLP</translation>
    </message>
    <message>
        <source>gate and up projections</source>
        <translation>projeções gate e up</translation>
    </message>
    <message>
        <source>gate projection</source>
        <translation>projeção gate</translation>
    </message>
    <message>
        <source>up projection</source>
        <translation>projeção up</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>ativação</translation>
    </message>
    <message>
        <source>down projection</source>
        <translation>projeção down</translation>
    </message>
    <message>
        <source>experts</source>
        <translation>especialistas</translation>
    </message>
    <message>
        <source>residual sum</source>
        <translation>soma residual</translation>
    </message>
    <message>
        <source>final norm</source>
        <translation>norm. final</translation>
    </message>
    <message>
        <source>head</source>
        <translation>cabeça de saída</translation>
    </message>
    <message>
        <source>other</source>
        <translation>outros</translation>
    </message>
    <message>
        <source>Operations are counted for a token with nothing before it. Attention takes more with every token that it looks back at: Performance counts it at the length of the conversation.</source>
        <translation>As operações são contadas para um token sem nada antes dele. A atenção custa mais a cada token anterior para o qual olha: Desempenho a conta no tamanho da conversa.</translation>
    </message>
    <message>
        <source>Operations are counted for one run on one input.</source>
        <translation>As operações são contadas para uma execução com uma entrada.</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>Camadas</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Árvore</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>Expressão</translation>
    </message>
    <message>
        <source>Measure time</source>
        <translation>Medir</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>Parar a medição</translation>
    </message>
    <message>
        <source>Send a message first: activations are those of the token at the cursor.</source>
        <translation>Envie uma mensagem antes: as ativações são as do token no cursor.</translation>
    </message>
    <message>
        <source>A recording holds no layers: they are in the model, which is not there.</source>
        <translation>Uma gravação não contém camadas: elas estão no modelo, que não está nela.</translation>
    </message>
    <message>
        <source>Here you will see what the model is made of, as soon as one is loaded.</source>
        <translation>Aqui você verá de que o modelo é feito, assim que um for carregado.</translation>
    </message>
    <message>
        <source>The layers of the model are being read.</source>
        <translation>As camadas do modelo estão sendo lidas.</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} parâmetros</translation>
    </message>
    <message>
        <source>{count}FLOPs a run</source>
        <translation>{count}FLOPs por execução</translation>
    </message>
    <message>
        <source>{count}FLOPs a token</source>
        <translation>{count}FLOPs por token</translation>
    </message>
    <message>
        <source>Show the layers as a tree</source>
        <translation>Mostrar as camadas como árvore</translation>
    </message>
    <message>
        <source>Show the model as one nested expression</source>
        <translation>Mostrar o modelo como uma só expressão aninhada</translation>
    </message>
    <message>
        <source>Measure how long every layer takes for one token</source>
        <translation>Medir quanto tempo cada camada leva para um token</translation>
    </message>
    <message>
        <source>Measure how long every layer takes for one token, with the runtime&apos;s own profiler, on what is read.</source>
        <translation>Mede quanto tempo cada camada leva para um token, com o profiler do próprio runtime, no texto que foi lido.</translation>
    </message>
    <message>
        <source>Copy or save the table of layers</source>
        <translation>Copiar ou salvar a tabela de camadas</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
    <message>
        <source>Layers of the model</source>
        <translation>Camadas do modelo</translation>
    </message>
</context>
<context>
    <name>Lens</name>
    <message>
        <source>Here you will see what the model would say after each layer, once one is loaded.</source>
        <translation>Aqui você verá o que o modelo diria depois de cada camada, assim que um for carregado.</translation>
    </message>
    <message>
        <source>Only what was recorded is here; open the model to look through its layers.</source>
        <translation>Aqui só há o que foi gravado; abra o modelo para ver através de suas camadas.</translation>
    </message>
    <message>
        <source>Send a message: for every token, what the model would have said after each of its layers.</source>
        <translation>Envie uma mensagem: para cada token, o que o modelo teria dito depois de cada uma de suas camadas.</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>embedding</translation>
    </message>
    <message>
        <source>in</source>
        <translation>in</translation>
    </message>
    <message>
        <source>{where}: “{piece}” {p} %; the chosen “{chosen}” {q} %, rank {rank}; entropy {entropy} nats</source>
        <translation>{where}: “{piece}” {p} %; o escolhido “{chosen}” {q} %, posto {rank}; entropia de {entropy} nats</translation>
    </message>
    <message>
        <source>before the first layer</source>
        <translation>antes da primeira camada</translation>
    </message>
    <message>
        <source>after layer {layer}</source>
        <translation>depois da camada {layer}</translation>
    </message>
    <message>
        <source>Choose a token that something comes before.</source>
        <translation>Escolha um token que tenha algo antes dele.</translation>
    </message>
    <message>
        <source>The layers on the way to “{piece}” are being read …</source>
        <translation>As camadas no caminho até “{piece}” estão sendo lidas …</translation>
    </message>
    <message>
        <source>“{piece}” is nowhere the most probable token; at the end its rank is {rank}.</source>
        <translation>“{piece}” nunca é o mais provável; posto final: {rank}.</translation>
    </message>
    <message>
        <source>“{piece}” is the most probable token before any layer.</source>
        <translation>“{piece}” já é o mais provável antes das camadas.</translation>
    </message>
    <message>
        <source>“{piece}” is the most probable token for the first time after layer {layer}.</source>
        <translation>“{piece}” fica à frente pela 1ª vez após a camada {layer}.</translation>
    </message>
    <message>
        <source>positions</source>
        <translation>posições</translation>
    </message>
    <message>
        <source>attention {layer}</source>
        <translation>atenção {layer}</translation>
    </message>
    <message>
        <source>offsets of projections</source>
        <translation>vieses das projeções</translation>
    </message>
    <message>
        <source>offset of norm and head</source>
        <translation>viés da norm. e da saída</translation>
    </message>
    <message>
        <source>rounding</source>
        <translation>arredondamento</translation>
    </message>
    <message>
        <source>{count} others</source>
        <translation>{count} outros</translation>
    </message>
    <message>
        <source>What adds up to the logit of “{piece}”, {logit}</source>
        <translation>O que compõe o logit de “{piece}”, {logit}</translation>
    </message>
</context>
<context>
    <name>LensGrid</name>
    <message>
        <source>Most probable token after each layer</source>
        <translation>Token mais provável depois de cada camada</translation>
    </message>
</context>
<context>
    <name>LensLegend</name>
    <message>
        <source>probability of the most probable token</source>
        <translation>probabilidade do token mais provável</translation>
    </message>
    <message>
        <source>0 %</source>
        <translation>0 %</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>it is the token that follows</source>
        <translation>é o token seguinte</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Legenda</translation>
    </message>
    <message>
        <source>Shade: {shade}. Mark on the left edge: {mark}.</source>
        <translation>Tom: {shade}. Marca na borda esquerda: {mark}.</translation>
    </message>
</context>
<context>
    <name>LensPanel</name>
    <message>
        <source>Lens</source>
        <translation>Lente</translation>
    </message>
    <message>
        <source>Read all</source>
        <translation>Ler tudo</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Stop ({done} of {total})</source>
        <translation>Parar ({done} de {total})</translation>
    </message>
    <message>
        <source>Read the layers of every token, to save them all as a table.</source>
        <translation>Lê as camadas de cada token, para salvar todas em uma tabela.</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>Nome do modelo</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Remove “{name}” from the library?</source>
        <translation>Remover “{name}” da biblioteca?</translation>
    </message>
    <message>
        <source>{size} are freed.</source>
        <translation>Isso libera {size}.</translation>
    </message>
    <message>
        <source>It would have to be fetched again.</source>
        <translation>Seria preciso baixá-lo de novo.</translation>
    </message>
    <message>
        <source>What it was imported from stays, and can be opened again: {source}</source>
        <translation>A origem da importação permanece e pode ser aberta de novo: {source}</translation>
    </message>
    <message>
        <source>name</source>
        <translation>nome</translation>
    </message>
    <message>
        <source>architecture</source>
        <translation>arquitetura</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>parâmetros</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>precisão</translation>
    </message>
    <message>
        <source>on disk</source>
        <translation>em disco</translation>
    </message>
    <message>
        <source>context</source>
        <translation>contexto</translation>
    </message>
    <message>
        <source>source</source>
        <translation>origem</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>licença</translation>
    </message>
    <message>
        <source>proof</source>
        <translation>prova</translation>
    </message>
    <message>
        <source>Weights: {size} read where they lie, in {folder}; moving or deleting that folder makes the model unusable.</source>
        <translation>Pesos: {size}, lidos onde estão, em {folder}; se essa pasta for movida ou apagada, o modelo não poderá mais ser usado.</translation>
    </message>
    <message>
        <source>not imported yet</source>
        <translation>não importado</translation>
    </message>
    <message>
        <source>source gone</source>
        <translation>origem sumiu</translation>
    </message>
    <message>
        <source>older version</source>
        <translation>versão antiga</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>danificado</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>incompleto</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>recusado</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>não medido</translation>
    </message>
    <message>
        <source>max |Δ| {delta}</source>
        <translation>máx. |Δ| {delta}</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Biblioteca</translation>
    </message>
    <message>
        <source>Models on this machine</source>
        <translation>Modelos nesta máquina</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Buscar modelos</translation>
    </message>
    <message>
        <source>Open file …</source>
        <translation>Abrir arquivo …</translation>
    </message>
    <message>
        <source>Import a model file (Ctrl+O)</source>
        <translation>Importar um arquivo de modelo (Ctrl+O)</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Abrir pasta …</translation>
    </message>
    <message>
        <source>Import a model&apos;s folder (Ctrl+Alt+O)</source>
        <translation>Importar a pasta de um modelo (Ctrl+Alt+O)</translation>
    </message>
    <message>
        <source>There is no file manager that could show {folder}.</source>
        <translation>Não há gerenciador de arquivos que possa mostrar {folder}.</translation>
    </message>
    <message>
        <source>“{name}” is removed; {size} are free again.</source>
        <translation>“{name}” foi removido; {size} liberados.</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>1 modelo</translation>
    </message>
    <message>
        <source>{count} models</source>
        <translation>{count} modelos</translation>
    </message>
    <message>
        <source>No model has all of these words. Esc shows every model again.</source>
        <translation>Nenhum modelo tem todas essas palavras. Esc mostra todos os modelos de novo.</translation>
    </message>
    <message>
        <source>Reading the library …</source>
        <translation>Lendo a biblioteca …</translation>
    </message>
    <message>
        <source>Models that you open are listed here. Drop a file or folder, open one, or fetch one below.</source>
        <translation>Os modelos que você abrir aparecem aqui. Solte um arquivo ou uma pasta, abra um modelo ou baixe um abaixo.</translation>
    </message>
    <message>
        <source>The model that was in use before is loaded again.</source>
        <translation>O modelo que estava em uso volta a ser carregado.</translation>
    </message>
    <message>
        <source>What was recorded is opened again.</source>
        <translation>A gravação volta a ser aberta.</translation>
    </message>
    <message>
        <source>FETCH A MODEL FROM THE HUB</source>
        <translation>BAIXAR UM MODELO DO HUB</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>M</source>
        <translation>M</translation>
    </message>
    <message>
        <source>k</source>
        <translation>k</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} parâmetros</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisão</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>Tokenizador</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>none: what you type is continued as it is</source>
        <translation>nenhum: o que você digita é continuado como está</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>{precision}, kept as it is</source>
        <translation>{precision}, sem mudança</translation>
    </message>
    <message>
        <source>relative error {percent}</source>
        <translation>erro relativo de {percent}</translation>
    </message>
    <message>
        <source>being measured on this machine …</source>
        <translation>sendo medida nesta máquina …</translation>
    </message>
    <message>
        <source>had not been measured when this was recorded</source>
        <translation>ainda não medida quando isto foi gravado</translation>
    </message>
    <message>
        <source>measured when it is loaded for the first time</source>
        <translation>será medida quando o modelo for carregado pela primeira vez</translation>
    </message>
    <message>
        <source>refused, because {reason}</source>
        <translation>recusado, porque {reason}</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Atenção</translation>
    </message>
    <message>
        <source>Chat, probabilities, sampling and tokens work.</source>
        <translation>Conversa, probabilidades, amostragem e tokens funcionam.</translation>
    </message>
    <message>
        <source>of single operators (Softmax)</source>
        <translation>de operadores simples (Softmax)</translation>
    </message>
    <message>
        <source>of {kind}</source>
        <translation>de {kind}</translation>
    </message>
    <message>
        <source>{count} sites {kind}, all of them shown</source>
        <translation>{count} pontos {kind}, todos exibidos</translation>
    </message>
    <message>
        <source>{count} sites, all of them shown: {kinds}</source>
        <translation>{count} pontos, todos exibidos: {kinds}</translation>
    </message>
    <message>
        <source>Proof</source>
        <translation>Prova</translation>
    </message>
    <message>
        <source>attention max |Δ| {delta}</source>
        <translation>atenção máx. |Δ| {delta}</translation>
    </message>
    <message>
        <source>logits Δ {delta}</source>
        <translation>logits Δ {delta}</translation>
    </message>
    <message>
        <source>over {tokens} tokens</source>
        <translation>em {tokens} tokens</translation>
    </message>
    <message>
        <source>{size} with all {context} tokens of the context in use: more than the {room} here</source>
        <translation>{size} com todos os {context} tokens do contexto em uso: mais do que os {room} daqui</translation>
    </message>
    <message>
        <source>{size} of {room} with all {context} tokens of the context in use</source>
        <translation>{size} de {room} com todos os {context} tokens do contexto em uso</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memória</translation>
    </message>
</context>
<context>
    <name>Links</name>
    <message>
        <source>Open a link</source>
        <translation>Abrir um link</translation>
    </message>
    <message>
        <source>Open a page of {host} in your browser? The model wrote this address.</source>
        <translation>Abrir uma página de {host} no seu navegador? O modelo escreveu este endereço.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>LooksMostAt</name>
    <message>
        <source>Looks most at</source>
        <translation>Olha mais para</translation>
    </message>
    <message>
        <source>Keys the token at the cursor looks most at</source>
        <translation>Chaves para as quais o token no cursor mais olha</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edit message</source>
        <translation>Editar mensagem</translation>
    </message>
    <message>
        <source>Message, edited</source>
        <translation>Mensagem, editada</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Forget what was typed here (Esc)</source>
        <translation>Esquecer o que foi digitado aqui (Esc)</translation>
    </message>
    <message>
        <source>Send ↵</source>
        <translation>Enviar ↵</translation>
    </message>
    <message>
        <source>Send the edited message</source>
        <translation>Enviar a mensagem editada</translation>
    </message>
    <message>
        <source>Send it instead (Enter)</source>
        <translation>Enviar no lugar da anterior (Enter)</translation>
    </message>
</context>
<context>
    <name>MessageFeed</name>
    <message>
        <source>Conversation</source>
        <translation>Conversa</translation>
    </message>
    <message>
        <source>Variant {place} of {count}.</source>
        <translation>Variante {place} de {count}.</translation>
    </message>
</context>
<context>
    <name>ModelNotices</name>
    <message>
        <source>{count} bits of weights are flipped in memory, the last in {name}: {before} became {after}.</source>
        <translation>{count} bits de pesos estão invertidos na memória, o último em {name}: {before} virou {after}.</translation>
    </message>
    <message>
        <source>A bit of {name} is flipped in memory: {before} became {after}.</source>
        <translation>Um bit de {name} está invertido na memória: {before} virou {after}.</translation>
    </message>
    <message>
        <source>The file is as it was.</source>
        <translation>O arquivo continua como era.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>another model</source>
        <translation>outro modelo</translation>
    </message>
    <message>
        <source>This conversation was written by {model}, which is not the model in use.</source>
        <translation>Esta conversa foi escrita por {model}, que não é o modelo em uso.</translation>
    </message>
    <message>
        <source>Its tokens can be opened with that model only; it can be gone on with in any.</source>
        <translation>Seus tokens só podem ser abertos com aquele modelo; a conversa pode continuar em qualquer um.</translation>
    </message>
    <message>
        <source>That model is not where it was; what is said can be read and gone on with.</source>
        <translation>Aquele modelo não está mais onde estava; a conversa pode ser lida e continuada.</translation>
    </message>
    <message>
        <source>This conversation was written by {model}, and is not the one that was recorded.</source>
        <translation>Esta conversa foi escrita por {model}, e não é a que foi gravada.</translation>
    </message>
    <message>
        <source>What is said can be read; its tokens can be opened with that model only.</source>
        <translation>O que foi dito pode ser lido; os tokens só podem ser abertos com aquele modelo.</translation>
    </message>
    <message>
        <source>Open {model}</source>
        <translation>Abrir {model}</translation>
    </message>
</context>
<context>
    <name>MuteMenu</name>
    <message>
        <source>Mute</source>
        <translation>Silenciar</translation>
    </message>
    <message>
        <source>all heads of layer {layer}</source>
        <translation>todas as cabeças da camada {layer}</translation>
    </message>
    <message>
        <source>Undo all</source>
        <translation>Desfazer tudo</translation>
    </message>
    <message>
        <source>Mute {what}</source>
        <translation>Silenciar {what}</translation>
    </message>
</context>
<context>
    <name>MutedBar</name>
    <message>
        <source>Muted</source>
        <translation>Em silêncio</translation>
    </message>
    <message>
        <source>Undo all</source>
        <translation>Desfazer tudo</translation>
    </message>
    <message>
        <source>The whole model again, at once; what it had read is still there.</source>
        <translation>O modelo inteiro de novo, na hora; o que ele já tinha lido continua ali.</translation>
    </message>
    <message>
        <source>Undo all that is muted</source>
        <translation>Desfazer tudo o que está em silêncio</translation>
    </message>
    <message>
        <source>{listed} and {count} more</source>
        <translation>{listed} e mais {count}</translation>
    </message>
    <message>
        <source>{what}. Replies are written without it.</source>
        <translation>{what}. As respostas são escritas sem isso.</translation>
    </message>
    <message>
        <source>Muted: {what}</source>
        <translation>Em silêncio: {what}</translation>
    </message>
</context>
<context>
    <name>Muting</name>
    <message>
        <source>head {layer} · {head}</source>
        <translation>cabeça {layer} · {head}</translation>
    </message>
    <message>
        <source>attention of layer {layer}</source>
        <translation>atenção da camada {layer}</translation>
    </message>
    <message>
        <source>MLP of layer {layer}</source>
        <translation>MLP da camada {layer}</translation>
    </message>
    <message>
        <source>word at {position}</source>
        <translation>palavra na posição {position}</translation>
    </message>
    <message>
        <source>word “{piece}”</source>
        <translation>palavra “{piece}”</translation>
    </message>
    <message>
        <source>1 head</source>
        <translation>1 cabeça</translation>
    </message>
    <message>
        <source>{count} heads</source>
        <translation>{count} cabeças</translation>
    </message>
    <message>
        <source>1 attention block</source>
        <translation>1 bloco de atenção</translation>
    </message>
    <message>
        <source>{count} attention blocks</source>
        <translation>{count} blocos de atenção</translation>
    </message>
    <message>
        <source>1 MLP</source>
        <translation>1 MLP</translation>
    </message>
    <message>
        <source>{count} MLPs</source>
        <translation>{count} MLPs</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 palavra</translation>
    </message>
    <message>
        <source>{count} words</source>
        <translation>{count} palavras</translation>
    </message>
    <message>
        <source>without {what}</source>
        <translation>sem {what}</translation>
    </message>
</context>
<context>
    <name>NearestRows</name>
    <message>
        <source>in both</source>
        <translation>nas duas</translation>
    </message>
</context>
<context>
    <name>NeuronChoice</name>
    <message>
        <source>Number of the output</source>
        <translation>Número da saída</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Maior</translation>
    </message>
    <message>
        <source>Word in the text</source>
        <translation>Palavra do texto</translation>
    </message>
    <message>
        <source> of {count}</source>
        <translation> de {count}</translation>
    </message>
    <message>
        <source>Which output of the layer, from 0 to {last} (arrow keys or the wheel).</source>
        <translation>Qual saída da camada, de 0 a {last} (setas ou a roda do mouse).</translation>
    </message>
    <message>
        <source>Block or layer</source>
        <translation>Bloco ou camada</translation>
    </message>
    <message>
        <source>The block of the model, or the layer outside of blocks.</source>
        <translation>O bloco do modelo, ou a camada fora dos blocos.</translation>
    </message>
    <message>
        <source>Layer of the block</source>
        <translation>Camada do bloco</translation>
    </message>
    <message>
        <source>Which of the block&apos;s products with weights.</source>
        <translation>Qual das multiplicações por pesos do bloco.</translation>
    </message>
    <message>
        <source>The output whose value is the largest at each token.</source>
        <translation>A saída cujo valor é o maior em cada token.</translation>
    </message>
    <message>
        <source>The logit of the word that stands in the text.</source>
        <translation>O logit da palavra que está no texto.</translation>
    </message>
    <message>
        <source>Another word</source>
        <translation>Outra palavra</translation>
    </message>
    <message>
        <source>A word whose logit is spelled out</source>
        <translation>Uma palavra cujo logit aparece por extenso</translation>
    </message>
    <message>
        <source>Type a word and press Enter: its logit is spelled out.</source>
        <translation>Digite uma palavra e tecle Enter: seu logit aparece por extenso.</translation>
    </message>
</context>
<context>
    <name>NextTokenPanel</name>
    <message>
        <source>Next token</source>
        <translation>Próximo token</translation>
    </message>
    <message>
        <source>Here you will see how likely every possible next token is, as soon as a model is loaded.</source>
        <translation>Aqui você verá quão provável é cada próximo token possível, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>This is the first token of the sequence: nothing comes before it to predict it from.</source>
        <translation>Este é o primeiro token da sequência: não há nada antes dele de onde prevê-lo.</translation>
    </message>
    <message>
        <source>Send a message: while the model writes, every token it could have chosen appears here with its probability.</source>
        <translation>Envie uma mensagem: enquanto o modelo escreve, cada token que ele poderia ter escolhido aparece aqui com sua probabilidade.</translation>
    </message>
    <message>
        <source>what could have come at position {position}, after “{piece}”</source>
        <translation>o que poderia vir na posição {position}, depois de “{piece}”</translation>
    </message>
    <message>
        <source>prompt token, not drawn</source>
        <translation>token do prompt, não sorteado</translation>
    </message>
    <message>
        <source>dice of this seed: {piece}</source>
        <translation>dado desta semente: {piece}</translation>
    </message>
    <message>
        <source>This token was given, not drawn. With the present seed and sliders the draw here is {draw}, which picks {piece}.</source>
        <translation>Este token foi dado, não sorteado. Com a semente e os controles atuais, o sorteio aqui é {draw}, que escolhe {piece}.</translation>
    </message>
    <message>
        <source>same dice: u = {draw}</source>
        <translation>mesmo dado: u = {draw}</translation>
    </message>
    <message>
        <source>The draw that chose this token was {draw}. With the present sliders it picks the same token.</source>
        <translation>O sorteio que escolheu este token foi {draw}. Com os controles atuais, escolhe o mesmo token.</translation>
    </message>
    <message>
        <source>same dice now: {piece}</source>
        <translation>mesmo dado agora: {piece}</translation>
    </message>
    <message>
        <source>The draw that chose {chosen} was {draw}. With the present sliders it picks {piece}.</source>
        <translation>O sorteio que escolheu {chosen} foi {draw}. Com os controles atuais, escolhe {piece}.</translation>
    </message>
    <message>
        <source>logits</source>
        <translation>logits</translation>
    </message>
    <message>
        <source>The model&apos;s own distribution, before any stage.</source>
        <translation>A distribuição do próprio modelo, antes de qualquer etapa.</translation>
    </message>
    <message>
        <source>off</source>
        <translation>desligado</translation>
    </message>
    <message>
        <source>draw</source>
        <translation>sorteio</translation>
    </message>
    <message>
        <source>A random number picks one of the survivors: the first at which the sum of probabilities, the most likely first, exceeds it.</source>
        <translation>Um número aleatório escolhe um dos que restam: o primeiro em que a soma das probabilidades, da maior para a menor, o ultrapassa.</translation>
    </message>
    <message>
        <source>model</source>
        <translation>modelo</translation>
    </message>
    <message>
        <source>after chain</source>
        <translation>após cadeia</translation>
    </message>
    <message>
        <source>after {stage}</source>
        <translation>após {stage}</translation>
    </message>
    <message>
        <source>No token of this model contains “{text}”.</source>
        <translation>Nenhum token deste modelo contém “{text}”.</translation>
    </message>
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>{value} is outside {minimum} to {maximum}.</source>
        <translation>{value} está fora de {minimum} a {maximum}.</translation>
    </message>
</context>
<context>
    <name>NumberSlider</name>
    <message>
        <source>{setting}, slider</source>
        <translation>{setting}, controle deslizante</translation>
    </message>
    <message>
        <source>{setting}, number</source>
        <translation>{setting}, número</translation>
    </message>
</context>
<context>
    <name>Numbers</name>
    <message>
        <source>“{text}” is not a number.</source>
        <translation>“{text}” não é um número.</translation>
    </message>
    <message>
        <source>Write digits, like 0.8.</source>
        <translation>Escreva dígitos, como 0,8.</translation>
    </message>
    <message>
        <source>“{text}…” is too large.</source>
        <translation>“{text}…” é grande demais.</translation>
    </message>
    <message>
        <source>Write fewer digits.</source>
        <translation>Escreva menos dígitos.</translation>
    </message>
    <message>
        <source>“{text}” is not a whole number.</source>
        <translation>“{text}” não é um número inteiro.</translation>
    </message>
    <message>
        <source>Leave out the decimals.</source>
        <translation>Deixe as casas decimais de fora.</translation>
    </message>
</context>
<context>
    <name>NumbersPanel</name>
    <message>
        <source>Numbers</source>
        <translation>Números</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>This tensor</source>
        <translation>Este tensor</translation>
    </message>
    <message>
        <source>Whole model</source>
        <translation>Modelo inteiro</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Activations are computed when the reply is written.</source>
        <translation>As ativações são calculadas quando a resposta estiver escrita.</translation>
    </message>
    <message>
        <source>typed</source>
        <translation>digitado</translation>
    </message>
    <message>
        <source>({integer} − {zero}) × {scale}</source>
        <translation>({integer} − {zero}) × {scale}</translation>
    </message>
    <message>
        <source>What each format would make of all numbers, and what they would take in memory.</source>
        <translation>O que cada formato faria de todos os números, e quanto eles ocupariam na memória.</translation>
    </message>
    <message>
        <source>the whole model</source>
        <translation>o modelo inteiro</translation>
    </message>
    <message>
        <source>{what}: measured when the reply is written</source>
        <translation>{what}: medição quando a resposta estiver escrita</translation>
    </message>
    <message>
        <source>{share} % of {what} seen</source>
        <translation>{share} % vistos: {what}</translation>
    </message>
    <message>
        <source>Stopped: {share} % of {what} seen</source>
        <translation>Parado com {share} % vistos: {what}</translation>
    </message>
    <message>
        <source>{what}: {count} numbers, {size} as they are stored</source>
        <translation>{what}: {count} números, {size} guardados</translation>
    </message>
    <message>
        <source>Here you will see any number of the model bit by bit, as soon as one is loaded.</source>
        <translation>Aqui você verá qualquer número do modelo, bit por bit, assim que um for carregado.</translation>
    </message>
    <message>
        <source>A recording holds no weights: they are in the model, which is not there.</source>
        <translation>Uma gravação não contém pesos: eles estão no modelo, que não está nela.</translation>
    </message>
    <message>
        <source>Type a number</source>
        <translation>Digite um número</translation>
    </message>
    <message>
        <source>A number to be shown in every format</source>
        <translation>Um número a mostrar em cada formato</translation>
    </message>
    <message>
        <source>Copy or save the table of formats</source>
        <translation>Copiar ou salvar a tabela de formatos</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
    <message>
        <source>The number in every format</source>
        <translation>O número em cada formato</translation>
    </message>
    <message>
        <source>Error and memory by format</source>
        <translation>Erro e memória por formato</translation>
    </message>
    <message>
        <source>Measure the formats on the chosen tensor</source>
        <translation>Medir os formatos no tensor escolhido</translation>
    </message>
    <message>
        <source>Measure the formats on the whole model</source>
        <translation>Medir os formatos no modelo inteiro</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>Parar a medição</translation>
    </message>
</context>
<context>
    <name>OfferRow</name>
    <message>
        <source>Back</source>
        <translation>Voltar</translation>
    </message>
    <message>
        <source>Set {settings}</source>
        <translation>Usar {settings}</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>{count} things were dropped; “{name}” is opened.</source>
        <translation>{count} itens foram soltos; “{name}” será aberto.</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>Abrir um arquivo</translation>
    </message>
    <message>
        <source>Models and conversations</source>
        <translation>Modelos e conversas</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos os arquivos</translation>
    </message>
    <message>
        <source>Open a model&apos;s folder</source>
        <translation>Abrir a pasta de um modelo</translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Next token</source>
        <translation>Próximo token</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Atenção</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparação</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Lente</translation>
    </message>
    <message>
        <source>Knife</source>
        <translation>Bisturi</translation>
    </message>
    <message>
        <source>Two readings</source>
        <translation>Duas leituras</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Camadas</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensores</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Números</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Fórmula</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisão</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Desempenho</translation>
    </message>
</context>
<context>
    <name>PartingColumn</name>
    <message>
        <source>put there by a person</source>
        <translation>posto ali por uma pessoa</translation>
    </message>
    <message>
        <source>u = {draw}</source>
        <translation>u = {draw}</translation>
    </message>
    <message>
        <source>1 token left</source>
        <translation>resta 1 token</translation>
    </message>
    <message>
        <source>{count} tokens left</source>
        <translation>restam {count} tokens</translation>
    </message>
</context>
<context>
    <name>PartingView</name>
    <message>
        <source>Where the replies part</source>
        <translation>Onde as respostas se separam</translation>
    </message>
    <message>
        <source>Previous place where replies part</source>
        <translation>Separação anterior das respostas</translation>
    </message>
    <message>
        <source>Next place where replies part</source>
        <translation>Próxima separação das respostas</translation>
    </message>
</context>
<context>
    <name>Performance</name>
    <message>
        <source>model</source>
        <translation>modelo</translation>
    </message>
    <message>
        <source>sampling</source>
        <translation>amostragem</translation>
    </message>
    <message>
        <source>capture</source>
        <translation>captura</translation>
    </message>
    <message>
        <source>window</source>
        <translation>janela</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>embedding</translation>
    </message>
    <message>
        <source>positions and masks</source>
        <translation>posições e máscaras</translation>
    </message>
    <message>
        <source>attention norm</source>
        <translation>norm. da atenção</translation>
    </message>
    <message>
        <source>query, key and value projections</source>
        <translation>projeções Q, K e V</translation>
    </message>
    <message>
        <source>query projection</source>
        <translation>projeção de consulta</translation>
    </message>
    <message>
        <source>key projection</source>
        <translation>projeção de chave</translation>
    </message>
    <message>
        <source>value projection</source>
        <translation>projeção de valor</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>atenção</translation>
    </message>
    <message>
        <source>output projection</source>
        <translation>projeção de saída</translation>
    </message>
    <message>
        <source>MLP norm</source>
        <translation>norm. do MLP</translation>
    </message>
    <message>
        <source>gate and up projections</source>
        <translation>projeções gate e up</translation>
    </message>
    <message>
        <source>gate projection</source>
        <translation>projeção gate</translation>
    </message>
    <message>
        <source>up projection</source>
        <translation>projeção up</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>ativação</translation>
    </message>
    <message>
        <source>down projection</source>
        <translation>projeção down</translation>
    </message>
    <message>
        <source>experts</source>
        <translation>especialistas</translation>
    </message>
    <message>
        <source>residual sum</source>
        <translation>soma residual</translation>
    </message>
    <message>
        <source>final norm</source>
        <translation>norm. final</translation>
    </message>
    <message>
        <source>head</source>
        <translation>cabeça de saída</translation>
    </message>
    <message>
        <source>other</source>
        <translation>outros</translation>
    </message>
    <message>
        <source>{value} ms</source>
        <translation>{value} ms</translation>
    </message>
    <message>
        <source>{value} tokens/s</source>
        <translation>{value} tokens/s</translation>
    </message>
    <message>
        <source>{value} %</source>
        <translation>{value} %</translation>
    </message>
    <message>
        <source>{count} thread</source>
        <translation>{count} thread</translation>
    </message>
    <message>
        <source>{count} threads</source>
        <translation>{count} threads</translation>
    </message>
    <message>
        <source>{count} operators could not be counted.</source>
        <translation>{count} operadores não puderam ser contados.</translation>
    </message>
    <message>
        <source>Counted in the model’s graphs at {total} tokens.</source>
        <translation>Contado nos grafos do modelo, com {total} tokens.</translation>
    </message>
    <message>
        <source>{all}: {weights} weights, {cache} cache</source>
        <translation>{all}: pesos {weights}, cache {cache}</translation>
    </message>
    <message>
        <source>Attention, which looks back at all of them, is {flops} of that; Layers counts a token with nothing before it.</source>
        <translation>A atenção, que olha para todos eles, faz {flops} desse total; Camadas conta um token sem nada antes dele.</translation>
    </message>
    <message>
        <source>Operations a token</source>
        <translation>Operações por token</translation>
    </message>
    <message>
        <source>Bytes a token</source>
        <translation>Bytes por token</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memória</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>Aritmética</translation>
    </message>
    <message>
        <source>Measured on the GPU: {size} read and written again and again, products of {side} × {side}.</source>
        <translation>Medido na GPU: {size} lidos e escritos repetidas vezes, produtos de {side} × {side}.</translation>
    </message>
    <message>
        <source>Measured with {threads} threads: an array of {size} read again and again, products of {side} × {side}.</source>
        <translation>Medido com {threads} threads: um arranjo de {size} lido repetidas vezes, produtos de {side} × {side}.</translation>
    </message>
    <message>
        <source>Arithmetic, {bits} bits</source>
        <translation>Aritmética, {bits} bits</translation>
    </message>
    <message>
        <source>{achieved}/s; the machine was busy while it was measured ({limit}/s): measure again</source>
        <translation>{achieved}/s; a máquina estava ocupada na medição ({limit}/s): meça de novo</translation>
    </message>
    <message>
        <source>{achieved}/s of {limit}/s · {share}</source>
        <translation>{achieved}/s de {limit}/s · {share}</translation>
    </message>
    <message>
        <source>{floor}; the model takes {times} × as long</source>
        <translation>{floor}; o modelo leva {times} × isso</translation>
    </message>
    <message>
        <source>What reading the weights and the cache once takes, at the measured speed of memory.</source>
        <translation>Quanto leva ler os pesos e o cache uma vez, na velocidade medida da memória.</translation>
    </message>
    <message>
        <source>Reading alone</source>
        <translation>Só a leitura</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Pesos</translation>
    </message>
    <message>
        <source>As they are kept in the file; the runtime maps it, and may pack parts of it anew.</source>
        <translation>Como estão no arquivo; o runtime o mapeia e pode reempacotar partes dele.</translation>
    </message>
    <message>
        <source>Key/value cache</source>
        <translation>Cache de chaves e valores</translation>
    </message>
    <message>
        <source>Captures</source>
        <translation>Capturas</translation>
    </message>
    <message>
        <source>Queries and final hidden states, kept to look inside.</source>
        <translation>Consultas e estados ocultos finais, guardados para ver por dentro.</translation>
    </message>
    <message>
        <source>Rest of the process</source>
        <translation>Resto do processo</translation>
    </message>
    <message>
        <source>Libraries, the tokenizer, weights that were packed anew, and working memory; and the second session of the model that Lens, Knife and Tensors open, until nobody has looked for two minutes.</source>
        <translation>Bibliotecas, o tokenizador, pesos reempacotados e memória de trabalho; e a segunda sessão do modelo que Lente, Bisturi e Tensores abrem, até passarem dois minutos sem ninguém olhar.</translation>
    </message>
    <message>
        <source>Other operators</source>
        <translation>Outros operadores</translation>
    </message>
    <message>
        <source>The runtime’s own work from one operator to the next, and the profiler’s.</source>
        <translation>O trabalho do próprio runtime de um operador ao seguinte, e o do profiler.</translation>
    </message>
    <message>
        <source>Between operators</source>
        <translation>Entre operadores</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Velocidade</translation>
    </message>
    <message>
        <source>Time a token</source>
        <translation>Tempo por token</translation>
    </message>
    <message>
        <source>Time a layer</source>
        <translation>Tempo por camada</translation>
    </message>
    <message>
        <source>Bytes over the bus</source>
        <translation>Bytes pelo barramento</translation>
    </message>
    <message>
        <source>First other token</source>
        <translation>Primeiro token diferente</translation>
    </message>
    <message>
        <source>Its logit ahead by</source>
        <translation>Vantagem do seu logit</translation>
    </message>
    <message>
        <source>The reply was not run on a GPU yet; “Run again” does.</source>
        <translation>A resposta ainda não rodou em uma GPU; “Rodar de novo” faz isso.</translation>
    </message>
    <message>
        <source>There is no run on a GPU: {reason}.</source>
        <translation>Não há execução em GPU: {reason}.</translation>
    </message>
    <message>
        <source>As written ({run})</source>
        <translation>Como foi escrita ({run})</translation>
    </message>
    <message>
        <source>Model alone; reading the {count} tokens before took {ms}.</source>
        <translation>Só o modelo; a leitura dos {count} tokens anteriores levou {ms}.</translation>
    </message>
    <message>
        <source>Logits differ by {delta} at most; {count} of {all} tokens would be others.</source>
        <translation>Os logits diferem em no máximo {delta}; {count} de {all} tokens seriam outros.</translation>
    </message>
    <message>
        <source>Chosen by the same draws.</source>
        <translation>Escolhidos pelos mesmos sorteios.</translation>
    </message>
    <message>
        <source>The most probable tokens are compared.</source>
        <translation>São comparados os tokens mais prováveis.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nenhum</translation>
    </message>
    <message>
        <source>The process grew by {grown}.</source>
        <translation>O processo cresceu {grown}.</translation>
    </message>
    <message>
        <source>“Measure” asks the runtime’s profiler.</source>
        <translation>“Medir” consulta o profiler do runtime.</translation>
    </message>
    <message>
        <source>Mean over the layers, by the runtime’s profiler.</source>
        <translation>Média das camadas, segundo o profiler do runtime.</translation>
    </message>
    <message>
        <source>{weights} weights, {cache} cache, {captures} captures.</source>
        <translation>Pesos {weights}, cache {cache}, capturas {captures}.</translation>
    </message>
</context>
<context>
    <name>PerformancePanel</name>
    <message>
        <source>Performance</source>
        <translation>Desempenho</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Medir</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Rodar de novo</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Against the limits of this machine</source>
        <translation>Diante dos limites desta máquina</translation>
    </message>
    <message>
        <source>Memory of the engine</source>
        <translation>Memória do motor</translation>
    </message>
    <message>
        <source>Time of operators</source>
        <translation>Tempo dos operadores</translation>
    </message>
    <message>
        <source>Runs of this reply</source>
        <translation>Execuções desta resposta</translation>
    </message>
    <message>
        <source>{count} threads</source>
        <translation>{count} threads</translation>
    </message>
    <message>
        <source>{count} thread</source>
        <translation>{count} thread</translation>
    </message>
    <message>
        <source>On the CPU with {threads}</source>
        <translation>Na CPU com {threads}</translation>
    </message>
    <message>
        <source>On a GPU with CUDA</source>
        <translation>Em uma GPU com CUDA</translation>
    </message>
    <message>
        <source>As variant {name}</source>
        <translation>Como variante {name}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>Parar a medição</translation>
    </message>
    <message>
        <source>Measure layers and machine</source>
        <translation>Medir camadas e máquina</translation>
    </message>
    <message>
        <source>{rate} · {ms} a token · {count} tokens</source>
        <translation>{rate} · {ms}/token · {count} tokens</translation>
    </message>
    <message>
        <source>The median over all tokens of the newest reply but its first. The status bar shows the mean over the last {count} tokens.</source>
        <translation>A mediana de todos os tokens da resposta mais recente, menos o primeiro. A barra de estado mostra a média dos últimos {count} tokens.</translation>
    </message>
    <message>
        <source>Measuring this machine</source>
        <translation>Medindo esta máquina</translation>
    </message>
    <message>
        <source>Profiling the model on this conversation</source>
        <translation>Medindo o modelo nesta conversa</translation>
    </message>
    <message>
        <source>Running the reply again</source>
        <translation>Rodando a resposta de novo</translation>
    </message>
    <message>
        <source>Opening the model a second time</source>
        <translation>Abrindo o modelo uma segunda vez</translation>
    </message>
    <message>
        <source>Here you will see where the time of every token went, as soon as a model is loaded.</source>
        <translation>Aqui você verá para onde foi o tempo de cada token, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Send a message: here you will see how long every token took and where that time went, and how far that is from what this machine can do.</source>
        <translation>Envie uma mensagem: aqui você verá quanto tempo cada token levou, para onde esse tempo foi e quão longe isso está do que esta máquina pode fazer.</translation>
    </message>
    <message>
        <source>Open the model a second time, profile it on this conversation, and measure what this machine can do.</source>
        <translation>Abre o modelo uma segunda vez, mede seus tempos nesta conversa e o que esta máquina pode fazer.</translation>
    </message>
    <message>
        <source>Read this reply again with other threads, on another device or in another precision.</source>
        <translation>Lê esta resposta de novo com outro número de threads, em outro dispositivo ou em outra precisão.</translation>
    </message>
    <message>
        <source>Run this reply again in another way</source>
        <translation>Rodar esta resposta de outro modo</translation>
    </message>
    <message>
        <source>Copy or save the figures</source>
        <translation>Copiar ou salvar os números</translation>
    </message>
    <message>
        <source>“Measure” shows how long every layer and every kind of operator takes, by the runtime’s profiler.</source>
        <translation>“Medir” mostra quanto tempo leva cada camada e cada tipo de operador, segundo o profiler do runtime.</translation>
    </message>
    <message>
        <source>Time of each token</source>
        <translation>Tempo de cada token</translation>
    </message>
    <message>
        <source>Time by layer and operator</source>
        <translation>Tempo por camada e operador</translation>
    </message>
</context>
<context>
    <name>Precision</name>
    <message>
        <source>Here you will see what fewer bits would make of a reply, as soon as a model is loaded.</source>
        <translation>Aqui você verá o que menos bits fariam de uma resposta, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Only what was recorded is here; open the model to read a reply in other formats.</source>
        <translation>Aqui só há o que foi gravado; abra o modelo para ler uma resposta em outros formatos.</translation>
    </message>
    <message>
        <source>Send a message: its reply can then be read again in FP32, FP16, BF16, INT8 and INT4, to see what fewer bits change.</source>
        <translation>Envie uma mensagem: a resposta pode então ser lida de novo em FP32, FP16, BF16, INT8 e INT4, para ver o que muda com menos bits.</translation>
    </message>
    <message>
        <source>Making the model in {format} · format {place} of {count} · {share} %</source>
        <translation>Fazendo o modelo em {format} · formato {place} de {count} · {share} %</translation>
    </message>
    <message>
        <source>Reading the reply in {format} · format {place} of {count} · {share} %</source>
        <translation>Lendo a resposta em {format} · formato {place} de {count} · {share} %</translation>
    </message>
    <message>
        <source>{count} tokens to be read in five formats</source>
        <translation>{count} tokens a ler em cinco formatos</translation>
    </message>
    <message>
        <source>{count} tokens · compared with FP32 of the model’s own numbers ({numbers})</source>
        <translation>{count} tokens · comparados com FP32 dos números do próprio modelo ({numbers})</translation>
    </message>
    <message>
        <source>A new message ended the reading</source>
        <translation>Uma nova mensagem encerrou a leitura</translation>
    </message>
    <message>
        <source>Something else that was asked of the model ended the reading</source>
        <translation>Outra coisa que se pediu ao modelo encerrou a leitura</translation>
    </message>
    <message>
        <source>{format} was not read again: {why}</source>
        <translation>{format} não foi lido de novo: {why}</translation>
    </message>
    <message>
        <source>FP32 is what the others are compared with: lines can be seen as soon as another format is read.</source>
        <translation>Os outros são comparados com FP32: as linhas aparecem assim que outro formato for lido.</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>referência</translation>
    </message>
    <message>
        <source>emulated</source>
        <translation>emulado</translation>
    </message>
    <message>
        <source>real</source>
        <translation>real</translation>
    </message>
    <message>
        <source>{how}, in use</source>
        <translation>{how}, em uso</translation>
    </message>
    <message>
        <source>The model’s own numbers ({numbers}), computed with in 32 bits by the runtime.</source>
        <translation>Os números do próprio modelo ({numbers}), com os quais o runtime calcula em 32 bits.</translation>
    </message>
    <message>
        <source>Every weight, and what every operator puts out, the logits too, is rounded to {format}; sums within an operator have 32 bits. Keys stay as the attention kernel rotated them.</source>
        <translation>Cada peso e tudo o que cada operador produz, também os logits, é arredondado para {format}; as somas dentro de um operador têm 32 bits. As chaves ficam como o kernel de atenção as girou.</translation>
    </message>
    <message>
        <source>The runtime’s own operators for {format}.</source>
        <translation>Os operadores do próprio runtime para {format}.</translation>
    </message>
    <message>
        <source>Matrices are kept as {format} in blocks of 32 with a 32-bit scale each, and multiplied by the runtime’s own operators, which round what comes in to 8 bits; the rest has 32 bits.</source>
        <translation>As matrizes são guardadas como {format} em blocos de 32, cada um com uma escala de 32 bits, e multiplicadas pelos operadores do próprio runtime, que arredondam o que entra para 8 bits; o resto tem 32 bits.</translation>
    </message>
    <message>
        <source>It ran on {device}.</source>
        <translation>Rodou em {device}.</translation>
    </message>
    <message>
        <source>So the model that wrote the reply keeps its weights.</source>
        <translation>Assim o modelo que escreveu a resposta guarda seus pesos.</translation>
    </message>
    <message>
        <source>“Read in five formats” opens the same model beside the one in use, in one format after the other, and has it read this reply as it stands: nothing is written anew, and the conversation stays as it is.</source>
        <translation>“Ler em cinco formatos” abre o mesmo modelo ao lado do que está em uso, em um formato depois do outro, e o faz ler esta resposta como ela está: nada é escrito de novo, e a conversa fica como está.</translation>
    </message>
    <message>
        <source>Emulated: numbers are rounded to the format and added up in 32 bits, so there is no speed to tell. INT8 and INT4 are real: blocks of 32 with the runtime’s own products.</source>
        <translation>Emulado: os números são arredondados para o formato e somados em 32 bits, por isso não há velocidade a informar. INT8 e INT4 são reais: blocos de 32 com os produtos do próprio runtime.</translation>
    </message>
    <message>
        <source>What is muted, and which bits are flipped, does not count here.</source>
        <translation>O que está silenciado e os bits invertidos não contam aqui.</translation>
    </message>
    <message>
        <source>The model in FP32 is kept in the library: {size} on the disk.</source>
        <translation>O modelo em FP32 fica guardado na biblioteca: {size} em disco.</translation>
    </message>
    <message>
        <source>An emulation says nothing about how fast the format is.</source>
        <translation>Uma emulação nada diz sobre a velocidade do formato.</translation>
    </message>
    <message>
        <source>The reply is too short to measure it.</source>
        <translation>A resposta é curta demais para medir a velocidade.</translation>
    </message>
    <message>
        <source>{count} tokens were read one at a time, {ms} ms each.</source>
        <translation>{count} tokens foram lidos um a um, {ms} ms cada.</translation>
    </message>
    <message>
        <source>{weights} for the weights; keys and values of this conversation take {cache} more.</source>
        <translation>{weights} para os pesos; chaves e valores desta conversa ocupam mais {cache}.</translation>
    </message>
    <message>
        <source>The emulation itself takes as much as FP32.</source>
        <translation>A emulação em si ocupa tanto quanto FP32.</translation>
    </message>
    <message>
        <source>{count} of {total} tokens, {share} %.</source>
        <translation>{count} de {total} tokens, {share} %.</translation>
    </message>
    <message>
        <source>{format}: {p} %, rank {rank}, KL {kl} nats</source>
        <translation>{format}: {p} %, posto {rank}, KL {kl} nats</translation>
    </message>
    <message>
        <source>most probable instead: “{piece}” {p} %</source>
        <translation>mais provável no lugar: “{piece}” {p} %</translation>
    </message>
    <message>
        <source>{kept}, 1 bit flipped</source>
        <translation>{kept}, 1 bit invertido</translation>
    </message>
    <message>
        <source>{kept}, {count} bits flipped</source>
        <translation>{kept}, {count} bits invertidos</translation>
    </message>
    <message>
        <source>the rest {kept}</source>
        <translation>o resto em {kept}</translation>
    </message>
    <message>
        <source>{bits}-bit blocks of {block}</source>
        <translation>{bits} bits em blocos de {block}</translation>
    </message>
    <message>
        <source>{bits}-bit floating point</source>
        <translation>ponto flutuante de {bits} bits</translation>
    </message>
    <message>
        <source>{bits}-bit brain floating point</source>
        <translation>bfloat de {bits} bits</translation>
    </message>
    <message>
        <source>{bits}-bit integers</source>
        <translation>inteiros de {bits} bits</translation>
    </message>
    <message>
        <source>{bits}-bit numbers</source>
        <translation>números de {bits} bits</translation>
    </message>
</context>
<context>
    <name>PrecisionFigure</name>
    <message>
        <source>Precision</source>
        <translation>Precisão</translation>
    </message>
</context>
<context>
    <name>PrecisionPanel</name>
    <message>
        <source>Precision</source>
        <translation>Precisão</translation>
    </message>
    <message>
        <source>Read in five formats</source>
        <translation>Ler em cinco formatos</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>What the lines show</source>
        <translation>O que as linhas mostram</translation>
    </message>
    <message>
        <source>Divergence</source>
        <translation>Divergência</translation>
    </message>
    <message>
        <source>How far each format’s distribution is from that of FP32, on a logarithmic scale.</source>
        <translation>Quão longe a distribuição de cada formato está da de FP32, em escala logarítmica.</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Probabilidade</translation>
    </message>
    <message>
        <source>How probable the token that was written is in each format.</source>
        <translation>Quão provável o token que foi escrito é em cada formato.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Ler de novo</translation>
    </message>
    <message>
        <source>Read the others</source>
        <translation>Ler os outros</translation>
    </message>
    <message>
        <source>Stop reading in other formats</source>
        <translation>Parar de ler em outros formatos</translation>
    </message>
    <message>
        <source>Choose a token of the reply to see it in every format.</source>
        <translation>Escolha um token da resposta para vê-lo em cada formato.</translation>
    </message>
    <message>
        <source>“{piece}” at position {position}: probability, KL in nats, most probable instead</source>
        <translation>“{piece}” na posição {position}: probabilidade, KL em nats, mais provável no lugar</translation>
    </message>
    <message>
        <source>Open the model beside the one in use, in one format after the other, and read this reply.</source>
        <translation>Abre o modelo ao lado do que está em uso, em um formato depois do outro, e lê esta resposta.</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
    <message>
        <source>Copy or save what was read</source>
        <translation>Copiar ou salvar o que foi lido</translation>
    </message>
</context>
<context>
    <name>PrecisionRows</name>
    <message>
        <source>being read …</source>
        <translation>em leitura …</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>não lido</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Como</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Pesos</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexidade</translation>
    </message>
    <message>
        <source>Mean KL</source>
        <translation>KL média</translation>
    </message>
    <message>
        <source>Max KL</source>
        <translation>KL máx.</translation>
    </message>
    <message>
        <source>Flipped</source>
        <translation>Trocados</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Escritos</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/s</translation>
    </message>
    <message>
        <source>Number format; whole numbers have a 32-bit scale for each block of 32.</source>
        <translation>Formato dos números; os inteiros têm uma escala de 32 bits para cada bloco de 32.</translation>
    </message>
    <message>
        <source>Whether the runtime computes in the format, or numbers are rounded to it.</source>
        <translation>Se o runtime calcula no formato, ou se os números são arredondados para ele.</translation>
    </message>
    <message>
        <source>What the model’s weights take in memory in this format.</source>
        <translation>Quanto os pesos do modelo ocupam na memória neste formato.</translation>
    </message>
    <message>
        <source>From how many equally probable tokens the model had to choose on average; small is sure.</source>
        <translation>Entre quantos tokens igualmente prováveis o modelo teve de escolher, em média; pequeno é seguro.</translation>
    </message>
    <message>
        <source>Kullback-Leibler divergence from FP32 in nats, on average: 0 is the same distribution.</source>
        <translation>Divergência de Kullback-Leibler em relação a FP32 em nats, em média: 0 é a mesma distribuição.</translation>
    </message>
    <message>
        <source>The divergence at the token where it is largest.</source>
        <translation>A divergência no token em que ela é maior.</translation>
    </message>
    <message>
        <source>Tokens in whose place another one than in FP32 is the most probable.</source>
        <translation>Tokens em cujo lugar o mais provável é outro que não o de FP32.</translation>
    </message>
    <message>
        <source>Tokens of the reply that are the most probable in FP32 and not in this format, or the other way round.</source>
        <translation>Tokens da resposta que são os mais prováveis em FP32 e não neste formato, ou o contrário.</translation>
    </message>
    <message>
        <source>Tokens read one at a time in a second; for formats that really ran.</source>
        <translation>Tokens lidos um a um em um segundo; para formatos que rodaram de verdade.</translation>
    </message>
</context>
<context>
    <name>PresetMenu</name>
    <message>
        <source>Remove a preset</source>
        <translation>Remover uma predefinição</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Predefinições</translation>
    </message>
    <message>
        <source>Settings of the next replies</source>
        <translation>Ajustes das próximas respostas</translation>
    </message>
    <message>
        <source>Keep the present settings as a preset…</source>
        <translation>Guardar os ajustes atuais como predefinição…</translation>
    </message>
</context>
<context>
    <name>PresetNaming</name>
    <message>
        <source>Keep as</source>
        <translation>Guardar como</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Salvar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>name of the preset</source>
        <translation>nome da predefinição</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Nome da predefinição</translation>
    </message>
    <message>
        <source>Save the preset</source>
        <translation>Salvar a predefinição</translation>
    </message>
    <message>
        <source>Do not save the preset</source>
        <translation>Não salvar a predefinição</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Substituir</translation>
    </message>
    <message>
        <source>The preset of that name is replaced.</source>
        <translation>A predefinição com esse nome é substituída.</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Greedy</source>
        <translation>Gulosa</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Equilibrada</translation>
    </message>
    <message>
        <source>Adventurous</source>
        <translation>Ousada</translation>
    </message>
    <message>
        <source>The model alone</source>
        <translation>Só o modelo</translation>
    </message>
</context>
<context>
    <name>ProbabilityBars</name>
    <message>
        <source>rank</source>
        <translation>posto</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>logit</source>
        <translation>logit</translation>
    </message>
    <message>
        <source>model %</source>
        <translation>modelo %</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>temperatura</translation>
    </message>
    <message>
        <source>{piece}  token ID {id}, rank {rank}</source>
        <translation>{piece}  ID do token {id}, posto {rank}</translation>
    </message>
    <message>
        <source>logit {logit}</source>
        <translation>logit {logit}</translation>
    </message>
    <message>
        <source>model alone: p = {p}</source>
        <translation>só o modelo: p = {p}</translation>
    </message>
    <message>
        <source>removed by {stage}</source>
        <translation>removido por {stage}</translation>
    </message>
    <message>
        <source>after the chain: p = {p}</source>
        <translation>depois da cadeia: p = {p}</translation>
    </message>
    <message>
        <source>ID {id}</source>
        <translation>ID {id}</translation>
    </message>
    <message>
        <source>rank {rank}</source>
        <translation>posto {rank}</translation>
    </message>
    <message>
        <source>p = {p}</source>
        <translation>p = {p}</translation>
    </message>
</context>
<context>
    <name>ProductSteps</name>
    <message>
        <source>the rest</source>
        <translation>o resto</translation>
    </message>
    <message>
        <source>How the products add up</source>
        <translation>Como os produtos se somam</translation>
    </message>
    <message>
        <source>{count} products and the rest, from 0 to {sum}</source>
        <translation>{count} produtos e o resto, de 0 a {sum}</translation>
    </message>
    <message>
        <source>Infinite numbers and NaN have no bars.</source>
        <translation>Números infinitos e NaN não têm barras.</translation>
    </message>
    <message>
        <source>largest product first</source>
        <translation>maior produto primeiro</translation>
    </message>
    <message>
        <source>{name}: {value}, to {sum}</source>
        <translation>{name}: {value}, até {sum}</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress</source>
        <translation>Andamento</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Preparing the model for its first use</source>
        <translation>Preparando o modelo para o primeiro uso</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Carregando o modelo</translation>
    </message>
    <message>
        <source>Opening the recording</source>
        <translation>Abrindo a gravação</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Lendo o prompt</translation>
    </message>
</context>
<context>
    <name>ProofBadge</name>
    <message>
        <source>Proof</source>
        <translation>Prova</translation>
    </message>
    <message>
        <source>model changed, not proved</source>
        <translation>modelo alterado, não provado</translation>
    </message>
    <message>
        <source>The check was made with the model as it is in its file:</source>
        <translation>A conferência foi feita com o modelo como está no arquivo:</translation>
    </message>
    <message>
        <source>{proof} · before muting</source>
        <translation>{proof} · antes de silenciar</translation>
    </message>
    <message>
        <source>not proved</source>
        <translation>não provado</translation>
    </message>
    <message>
        <source>When this was recorded, how far it is from the kernel&apos;s own numbers had not been measured yet.</source>
        <translation>Quando isto foi gravado, a distância até os números do próprio kernel ainda não tinha sido medida.</translation>
    </message>
    <message>
        <source>checking …</source>
        <translation>conferindo …</translation>
    </message>
    <message>
        <source>What is shown is being compared with the kernel&apos;s own numbers.</source>
        <translation>O que é mostrado está sendo comparado com os números do próprio kernel.</translation>
    </message>
    <message>
        <source>refused, because {reason}</source>
        <translation>recusado, porque {reason}</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>medido</translation>
    </message>
    <message>
        <source>reconstructed</source>
        <translation>reconstruído</translation>
    </message>
    <message>
        <source>{kind} · max |Δ| {delta}</source>
        <translation>{kind} · máx. |Δ| {delta}</translation>
    </message>
    <message>
        <source>Measured with the model, on the machine that made the recording.</source>
        <translation>Medido com o modelo, na máquina que fez a gravação.</translation>
    </message>
    <message>
        <source>Over all layers, heads, queries and keys of {tokens} tokens the weights differ from the kernel&apos;s own by at most {delta}.</source>
        <translation>Em todas as camadas, cabeças, consultas e chaves de {tokens} tokens, os pesos diferem dos do próprio kernel em no máximo {delta}.</translation>
    </message>
    <message>
        <source>Observing the model changes its logits by at most {delta}.</source>
        <translation>Observar o modelo muda seus logits em no máximo {delta}.</translation>
    </message>
</context>
<context>
    <name>RangeScale</name>
    <message>
        <source>Range and precision of the formats</source>
        <translation>Alcance e precisão dos formatos</translation>
    </message>
    <message>
        <source>{count} digits</source>
        <translation>{count} dígitos</translation>
    </message>
</context>
<context>
    <name>Readings</name>
    <message>
        <source>The sentences have no word in common. Click a token in each, and those are compared.</source>
        <translation>As frases não têm palavra em comum. Clique em um token de cada uma, e eles são comparados.</translation>
    </message>
    <message>
        <source>Two different words are compared, “{first}” and “{second}”.</source>
        <translation>São comparadas duas palavras diferentes, “{first}” e “{second}”.</translation>
    </message>
    <message>
        <source>What is muted in the conversation is not muted here.</source>
        <translation>O que está silenciado na conversa não está silenciado aqui.</translation>
    </message>
    <message>
        <source>One of the sentences is empty: type both.</source>
        <translation>Uma das frases está vazia: digite as duas.</translation>
    </message>
    <message>
        <source>A sentence has {count} tokens; {most} are the most that are compared. Shorten it.</source>
        <translation>Uma frase tem {count} tokens; são comparados no máximo {most}. Encurte-a.</translation>
    </message>
    <message>
        <source>A sentence has {count} characters; {most} tokens are the most that are compared. Shorten it.</source>
        <translation>Uma frase tem {count} caracteres; são comparados no máximo {most} tokens. Encurte-a.</translation>
    </message>
    <message>
        <source>“{word}” occurs {count} times in the first sentence; click the one you mean.</source>
        <translation>“{word}” ocorre {count} vezes na primeira frase; clique na que você quer.</translation>
    </message>
    <message>
        <source>“{word}” occurs {count} times in the second sentence; click the one you mean.</source>
        <translation>“{word}” ocorre {count} vezes na segunda frase; clique na que você quer.</translation>
    </message>
    <message>
        <source>In the first sentence the word is the very first token: models park attention there, and its vector says little about the word.</source>
        <translation>Na primeira frase, a palavra é o primeiro token de todos: modelos largam atenção ali, e o vetor dele diz pouco sobre a palavra.</translation>
    </message>
    <message>
        <source>In the second sentence the word is the very first token: models park attention there, and its vector says little about the word.</source>
        <translation>Na segunda frase, a palavra é o primeiro token de todos: modelos largam atenção ali, e o vetor dele diz pouco sobre a palavra.</translation>
    </message>
    <message>
        <source>“{word}” is {tokens}; its last token is compared, for only there the model has read the whole word.</source>
        <translation>“{word}” é {tokens}; o último token é comparado, pois só nele o modelo já leu a palavra inteira.</translation>
    </message>
    <message>
        <source>The IDs differ ({first} “{one}”, {second} “{other}”): a space before it or a capital makes another token, so the vectors differ from the start.</source>
        <translation>Os IDs diferem ({first} “{one}”, {second} “{other}”): um espaço antes ou uma maiúscula gera outro token, por isso os vetores diferem desde o início.</translation>
    </message>
    <message>
        <source>This model adds the position to the embedding: one token in two places starts apart.</source>
        <translation>Este modelo soma a posição ao embedding: o mesmo token em dois lugares já começa diferente.</translation>
    </message>
    <message>
        <source>“{text}”</source>
        <translation>“{text}”</translation>
    </message>
    <message>
        <source>Nothing stands before the word in either sentence, so nothing can change it.</source>
        <translation>Em nenhuma das frases há algo antes da palavra, por isso nada pode mudá-la.</translation>
    </message>
    <message>
        <source>The model reads from the left: only what stands before the word can change its vector, here {first}, there {second}.</source>
        <translation>O modelo lê da esquerda: só o que vem antes da palavra pode mudar seu vetor, aqui {first}, ali {second}.</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>Here you will see how one word becomes two in two sentences, layer by layer, once a model is loaded.</source>
        <translation>Aqui você verá, camada por camada, como uma palavra vira duas em duas frases, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Only what was recorded is here; open the model to read sentences with it.</source>
        <translation>Aqui só há o que foi gravado; abra o modelo para ler frases com ele.</translation>
    </message>
    <message>
        <source>at the embedding</source>
        <translation>no embedding</translation>
    </message>
    <message>
        <source>after the final norm</source>
        <translation>depois da norm. final</translation>
    </message>
    <message>
        <source>after layer {layer}</source>
        <translation>depois da camada {layer}</translation>
    </message>
    <message>
        <source>in</source>
        <translation>in</translation>
    </message>
    <message>
        <source>norm</source>
        <translation>norm.</translation>
    </message>
    <message>
        <source>{word}, mean taken off: cosine {start} at the embedding, {end} after all layers.</source>
        <translation>{word}, sem a média: cosseno {start} no embedding, {end} no fim.</translation>
    </message>
    <message>
        <source>{word}: cosine {start} at the embedding, {end} after all layers.</source>
        <translation>{word}: cosseno {start} no embedding, {end} no fim.</translation>
    </message>
    <message>
        <source>Other words there, on average: {others}.</source>
        <translation>Outras palavras ali, em média: {others}.</translation>
    </message>
    <message>
        <source>“{word}”</source>
        <translation>“{word}”</translation>
    </message>
    <message>
        <source>“{first}” and “{second}”</source>
        <translation>“{first}” e “{second}”</translation>
    </message>
    <message>
        <source>All vectors share a direction, which hides what tells them apart. Here the mean of both sentences’ vectors (without the first token of each) is taken off before they are compared.</source>
        <translation>Todos os vetores têm uma direção em comum, que esconde o que os distingue. Aqui a média dos vetores das duas frases (sem o primeiro token de cada uma) é subtraída antes da comparação.</translation>
    </message>
    <message>
        <source>1 is the same direction, 0 has nothing in common. The dashed line is the mean of pairs of other, unlike tokens: vectors of one model share a direction, so even those are alike.</source>
        <translation>1 é a mesma direção, 0 é nada em comum. A linha tracejada é a média de pares de outros tokens, diferentes entre si: os vetores de um modelo têm uma direção em comum, por isso até esses se parecem.</translation>
    </message>
    <message>
        <source>“{word}” in both</source>
        <translation>“{word}” nas duas</translation>
    </message>
    <message>
        <source>other, unlike words</source>
        <translation>outras palavras, diferentes</translation>
    </message>
    <message>
        <source>“{word}” in the first sentence</source>
        <translation>“{word}” na primeira frase</translation>
    </message>
    <message>
        <source>“{word}” in the second sentence</source>
        <translation>“{word}” na segunda frase</translation>
    </message>
    <message>
        <source>Before the first layer a token looks at no other: it is only itself.</source>
        <translation>Antes da primeira camada, um token não olha para nenhum outro: é só ele mesmo.</translation>
    </message>
    <message>
        <source>The final norm looks at no other token; choose a layer to see its attention.</source>
        <translation>A norm. final não olha para nenhum outro token; escolha uma camada para ver sua atenção.</translation>
    </message>
    <message>
        <source>Looks at, in layer {layer}; the first token is an attention sink</source>
        <translation>Olha para, na camada {layer}; o primeiro token é um ralo de atenção</translation>
    </message>
    <message>
        <source>Looks at, in layer {layer}</source>
        <translation>Olha para, na camada {layer}</translation>
    </message>
    <message>
        <source>Would be said next, if the model ended here  (• in both lists)</source>
        <translation>Viria a seguir, se o modelo acabasse aqui  (• nas duas listas)</translation>
    </message>
    <message>
        <source>Nearest embeddings, by cosine  (• in both lists)</source>
        <translation>Embeddings mais próximos, por cosseno  (• nas duas listas)</translation>
    </message>
    <message>
        <source>Stopped after {done} of {total} tokens.</source>
        <translation>Parado depois de {done} de {total} tokens.</translation>
    </message>
    <message>
        <source>Reading: {done} of {total} tokens …</source>
        <translation>Lendo: {done} de {total} tokens …</translation>
    </message>
    <message>
        <source>The sentences are being read …</source>
        <translation>As frases estão sendo lidas …</translation>
    </message>
    <message>
        <source>A reply is being written; sentences are read when it is done.</source>
        <translation>Uma resposta está sendo escrita; as frases são lidas quando ela terminar.</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
</context>
<context>
    <name>ReadingsBody</name>
    <message>
        <source>First sentence</source>
        <translation>Primeira frase</translation>
    </message>
    <message>
        <source>Tokens of the first sentence</source>
        <translation>Tokens da primeira frase</translation>
    </message>
    <message>
        <source>Second sentence</source>
        <translation>Segunda frase</translation>
    </message>
    <message>
        <source>Tokens of the second sentence</source>
        <translation>Tokens da segunda frase</translation>
    </message>
    <message>
        <source>What the word in the first sentence looks at</source>
        <translation>Para onde olha a palavra da primeira frase</translation>
    </message>
    <message>
        <source>Nearest to the word in the first sentence</source>
        <translation>Mais próximos da palavra da primeira frase</translation>
    </message>
    <message>
        <source>What the word in the second sentence looks at</source>
        <translation>Para onde olha a palavra da segunda frase</translation>
    </message>
    <message>
        <source>Nearest to the word in the second sentence</source>
        <translation>Mais próximos da palavra da segunda frase</translation>
    </message>
    <message>
        <source>Similarity, layer by layer</source>
        <translation>Semelhança, camada por camada</translation>
    </message>
</context>
<context>
    <name>ReadingsControls</name>
    <message>
        <source>How the sentences are read</source>
        <translation>Como as frases são lidas</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Como está</translation>
    </message>
    <message>
        <source>The model reads each sentence as it is.</source>
        <translation>O modelo lê cada frase como ela está.</translation>
    </message>
    <message>
        <source>As a message</source>
        <translation>Como mensagem</translation>
    </message>
    <message>
        <source>The model reads each sentence within its chat template, as if it were sent.</source>
        <translation>O modelo lê cada frase dentro do seu template de conversa, como se fosse enviada.</translation>
    </message>
    <message>
        <source>Which cosines are drawn</source>
        <translation>Quais cossenos são desenhados</translation>
    </message>
    <message>
        <source>As they are</source>
        <translation>Como são</translation>
    </message>
    <message>
        <source>The cosine of the two vectors as they are.</source>
        <translation>O cosseno dos dois vetores como são.</translation>
    </message>
    <message>
        <source>Mean taken off</source>
        <translation>Sem a média</translation>
    </message>
    <message>
        <source>What all vectors have in common is taken off before they are compared.</source>
        <translation>O que todos os vetores têm em comum é subtraído antes da comparação.</translation>
    </message>
    <message>
        <source>What is near</source>
        <translation>O que está próximo</translation>
    </message>
    <message>
        <source>Logit lens</source>
        <translation>Lente de logits</translation>
    </message>
    <message>
        <source>The most probable next tokens, if the model ended at this point.</source>
        <translation>Os próximos tokens mais prováveis, se o modelo acabasse neste ponto.</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Embeddings</translation>
    </message>
    <message>
        <source>The tokens whose embeddings have the largest cosine with the vector.</source>
        <translation>Os tokens cujos embeddings têm o maior cosseno com o vetor.</translation>
    </message>
    <message>
        <source>Attention head</source>
        <translation>Cabeça de atenção</translation>
    </message>
    <message>
        <source>Whose attention is shown: of all heads of the layer together, or of one.</source>
        <translation>De quem é a atenção mostrada: de todas as cabeças da camada juntas, ou de uma só.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Copy or save the numbers or the picture.</source>
        <translation>Copia ou salva os números ou a imagem.</translation>
    </message>
    <message>
        <source>mean over heads</source>
        <translation>média das cabeças</translation>
    </message>
    <message>
        <source>maximum over heads</source>
        <translation>máximo das cabeças</translation>
    </message>
    <message>
        <source>head {head}</source>
        <translation>cabeça {head}</translation>
    </message>
    <message>
        <source>Read on</source>
        <translation>Continuar</translation>
    </message>
</context>
<context>
    <name>ReadingsPanel</name>
    <message>
        <source>Two readings</source>
        <translation>Duas leituras</translation>
    </message>
    <message>
        <source>The model reads each sentence within its chat template, as if it were sent.</source>
        <translation>O modelo lê cada frase dentro do seu template de conversa, como se fosse enviada.</translation>
    </message>
    <message>
        <source>This model has no chat template.</source>
        <translation>Este modelo não tem template de conversa.</translation>
    </message>
</context>
<context>
    <name>Recorded</name>
    <message>
        <source>Open the default model</source>
        <translation>Abrir o modelo padrão</translation>
    </message>
    <message>
        <source>Open {model}</source>
        <translation>Abrir {model}</translation>
    </message>
    <message>
        <source>You see what was recorded of {model}, without the model: nothing new can be written.</source>
        <translation>Você vê o que foi gravado de {model}, sem o modelo: nada novo pode ser escrito.</translation>
    </message>
</context>
<context>
    <name>RecordingExport</name>
    <message>
        <source>Export with what was seen inside</source>
        <translation>Exportar com o que se viu por dentro</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Andamento da exportação</translation>
    </message>
    <message>
        <source>Nothing can be recorded before a model is loaded.</source>
        <translation>Nada pode ser gravado antes que um modelo seja carregado.</translation>
    </message>
    <message>
        <source>Nothing was said yet: there is nothing to record.</source>
        <translation>Nada foi dito ainda: não há o que gravar.</translation>
    </message>
    <message>
        <source>The tokens of this conversation are not those of the model in use: open the model that wrote it.</source>
        <translation>Os tokens desta conversa não são os do modelo em uso: abra o modelo que a escreveu.</translation>
    </message>
    <message>
        <source>The model has not read what is shown. Try again in a moment.</source>
        <translation>O modelo ainda não leu o que é exibido. Tente de novo daqui a pouco.</translation>
    </message>
    <message>
        <source>Vitrine, with what was seen inside</source>
        <translation>Vitrine, com o que se viu por dentro</translation>
    </message>
    <message>
        <source>Something else is shown by now; nothing was written.</source>
        <translation>Outra coisa já é exibida; nada foi gravado.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Recording what the model computed · {share} %</source>
        <translation>Gravando o que o modelo calculou · {share} %</translation>
    </message>
    <message>
        <source>Writing the file · {share} %</source>
        <translation>Escrevendo o arquivo · {share} %</translation>
    </message>
    <message>
        <source>Waiting until the reply is complete …</source>
        <translation>Esperando a resposta terminar …</translation>
    </message>
    <message>
        <source>Asking the model what there is …</source>
        <translation>Perguntando ao modelo o que há …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Written to {path}: {size}. Dropped on a window of Vitrine, it opens without the model.</source>
        <translation>Gravado em {path}: {size}. Solto em uma janela do Vitrine, abre sem o modelo.</translation>
    </message>
</context>
<context>
    <name>RecordingOptions</name>
    <message>
        <source>The last reply</source>
        <translation>A última resposta</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Tudo</translation>
    </message>
    <message>
        <source>Every branch is in the file with its tokens; nothing in it tells where files of this machine lie.</source>
        <translation>Cada ramo está no arquivo com seus tokens; nada nele diz onde ficam arquivos desta máquina.</translation>
    </message>
    <message>
        <source>With the distributions that its {count} tokens were drawn from</source>
        <translation>Com as distribuições de que seus {count} tokens foram sorteados</translation>
    </message>
    <message>
        <source>With the distributions at all {count} tokens, those of the prompt too</source>
        <translation>Com as distribuições em todos os {count} tokens, também os do prompt</translation>
    </message>
    <message>
        <source>One file with the conversation, and of its {tokens} shown tokens what {model} computed: the attention of every head in {layers} layers, and distributions over all {vocabulary} tokens. It opens anywhere, without the model.</source>
        <translation>Um só arquivo com a conversa e, dos seus {tokens} tokens exibidos, o que {model} calculou: a atenção de cada cabeça em {layers} camadas e distribuições sobre todos os {vocabulary} tokens. Abre em qualquer lugar, sem o modelo.</translation>
    </message>
    <message>
        <source>One file with the conversation, and of its {tokens} shown tokens what {model} computed: distributions over all {vocabulary} tokens. Its attention cannot be shown, and is not in it. It opens anywhere, without the model.</source>
        <translation>Um só arquivo com a conversa e, dos seus {tokens} tokens exibidos, o que {model} calculou: distribuições sobre todos os {vocabulary} tokens. A atenção não pode ser mostrada e não está nele. Abre em qualquer lugar, sem o modelo.</translation>
    </message>
</context>
<context>
    <name>RecordingTask</name>
    <message>
        <source>The conversation has moved on while it was recorded; nothing was written.</source>
        <translation>A conversa mudou enquanto era gravada; nada foi escrito.</translation>
    </message>
    <message>
        <source>Record it again when no reply is being written.</source>
        <translation>Grave de novo quando nenhuma resposta estiver sendo escrita.</translation>
    </message>
</context>
<context>
    <name>ReplayQueue</name>
    <message>
        <source>something else was asked for</source>
        <translation>outra coisa foi pedida</translation>
    </message>
    <message>
        <source>the reply it begins with cannot be written again now</source>
        <translation>a resposta de partida não pode ser escrita de novo agora</translation>
    </message>
    <message>
        <source>the one before was not finished</source>
        <translation>a anterior não foi terminada</translation>
    </message>
    <message>
        <source>another conversation was opened</source>
        <translation>outra conversa foi aberta</translation>
    </message>
    <message>
        <source>the engine is gone</source>
        <translation>o motor foi perdido</translation>
    </message>
    <message>
        <source>another model was opened</source>
        <translation>outro modelo foi aberto</translation>
    </message>
    <message>
        <source>One reply was not written: {why}.</source>
        <translation>Uma resposta não foi escrita: {why}.</translation>
    </message>
    <message>
        <source>{count} replies were not written: {why}.</source>
        <translation>{count} respostas não foram escritas: {why}.</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message>
        <source>weights</source>
        <translation>pesos</translation>
    </message>
    <message>
        <source>cache</source>
        <translation>cache</translation>
    </message>
    <message>
        <source>captures</source>
        <translation>capturas</translation>
    </message>
    <message>
        <source>program</source>
        <translation>programa</translation>
    </message>
</context>
<context>
    <name>Reproduction</name>
    <message>
        <source>replies were read at once now, and token by token when they were written</source>
        <translation>as respostas foram lidas agora de uma só vez, e token por token quando foram escritas</translation>
    </message>
    <message>
        <source>the model is {now} now and was {written}</source>
        <translation>o modelo agora é {now}, e era {written}</translation>
    </message>
    <message>
        <source>its weights are {now} now and were {written}</source>
        <translation>os pesos agora são {now}, e eram {written}</translation>
    </message>
    <message>
        <source>it runs on {now} now and ran on {written}</source>
        <translation>agora roda em {now}, e rodava em {written}</translation>
    </message>
    <message>
        <source>the processor is {now} now and was {written}</source>
        <translation>o processador agora é {now}, e era {written}</translation>
    </message>
    <message>
        <source>it has {now} threads now and had {written}</source>
        <translation>agora tem {now} threads, e tinha {written}</translation>
    </message>
    <message>
        <source>what is muted in it is not what was</source>
        <translation>o que está silenciado nele não é o que estava</translation>
    </message>
</context>
<context>
    <name>ReproductionBadge</name>
    <message>
        <source>Reproduction</source>
        <translation>Reprodução</translation>
    </message>
    <message>
        <source>reproduced</source>
        <translation>reproduzido</translation>
    </message>
    <message>
        <source>differs by {delta} nats</source>
        <translation>difere em {delta} nats</translation>
    </message>
    <message>
        <source>The probability that was kept when this token was written and the one computed now are the same, digit by digit.</source>
        <translation>A probabilidade guardada quando este token foi escrito e a calculada agora são iguais, dígito por dígito.</translation>
    </message>
    <message>
        <source>When this token was written its probability was {kept} %; now it is {now} %.</source>
        <translation>Quando este token foi escrito, sua probabilidade era {kept} %; agora é {now} %.</translation>
    </message>
    <message>
        <source>What is different: {reasons}.</source>
        <translation>O que mudou: {reasons}.</translation>
    </message>
    <message>
        <source>Why is not known: model, precision and processor are the same.</source>
        <translation>Não se sabe por quê: modelo, precisão e processador são os mesmos.</translation>
    </message>
    <message>
        <source>A click reads all of it again token by token, which takes as long as writing it did.</source>
        <translation>Um clique relê tudo token por token, o que leva tanto tempo quanto a escrita levou.</translation>
    </message>
</context>
<context>
    <name>RowCells</name>
    <message>
        <source>Title; empty for the first words of the conversation</source>
        <translation>Título; vazio para usar as primeiras palavras da conversa</translation>
    </message>
</context>
<context>
    <name>SameDice</name>
    <message>
        <source>Same dice, one setting changed</source>
        <translation>Mesmo dado, um ajuste mudado</translation>
    </message>
    <message>
        <source>Same dice, but</source>
        <translation>Mesmo dado, mas com</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Repetir</translation>
    </message>
    <message>
        <source>Setting to change</source>
        <translation>Ajuste a mudar</translation>
    </message>
    <message>
        <source>Replay with the same dice</source>
        <translation>Repetir com o mesmo dado</translation>
    </message>
    <message>
        <source>A was written with {setting}</source>
        <translation>Em A: {setting}</translation>
    </message>
    <message>
        <source>Move the slider first: with the same settings the same dice write the same reply.</source>
        <translation>Mova o controle antes: com os mesmos ajustes, o mesmo dado escreve a mesma resposta.</translation>
    </message>
    <message>
        <source>Write the reply again with the same prompt and the same random numbers, and this setting.</source>
        <translation>Escreve a resposta de novo com o mesmo prompt, os mesmos números aleatórios e este ajuste.</translation>
    </message>
</context>
<context>
    <name>Sampling</name>
    <message>
        <source>penalty</source>
        <translation>penalidade</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>temperatura</translation>
    </message>
    <message>
        <source>top-k</source>
        <translation>top-k</translation>
    </message>
    <message>
        <source>top-p</source>
        <translation>top-p</translation>
    </message>
    <message>
        <source>min-p</source>
        <translation>min-p</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>o modelo</translation>
    </message>
    <message>
        <source>Makes tokens that are already in the conversation less likely (above 1) or more likely (below 1).</source>
        <translation>Torna menos prováveis (acima de 1) ou mais prováveis (abaixo de 1) os tokens que já estão na conversa.</translation>
    </message>
    <message>
        <source>Divides the logits: below 1 sharpens the distribution, above 1 flattens it, 0 always takes the most likely token.</source>
        <translation>Divide os logits: abaixo de 1 afia a distribuição, acima de 1 a achata, 0 toma sempre o token mais provável.</translation>
    </message>
    <message>
        <source>Keeps only this many of the most likely tokens; 0 keeps them all.</source>
        <translation>Mantém só esta quantidade dos tokens mais prováveis; 0 mantém todos.</translation>
    </message>
    <message>
        <source>Keeps the most likely tokens that together reach this probability; 1 keeps them all.</source>
        <translation>Mantém os tokens mais prováveis que juntos alcançam esta probabilidade; 1 mantém todos.</translation>
    </message>
    <message>
        <source>Keeps tokens at least this fraction as likely as the most likely one; 0 keeps them all.</source>
        <translation>Mantém os tokens com pelo menos esta fração da probabilidade do mais provável; 0 mantém todos.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Rep. penalty</source>
        <translation>Pen. repetição</translation>
    </message>
    <message>
        <source>off</source>
        <translation>desligado</translation>
    </message>
    <message>
        <source>less likely: {count} seen before</source>
        <translation>reduz {count} já vistos</translation>
    </message>
    <message>
        <source>more likely: {count} seen before</source>
        <translation>reforça {count} já vistos</translation>
    </message>
    <message>
        <source>sharper: {before} → {after} nats</source>
        <translation>afia: {before} → {after} nats</translation>
    </message>
    <message>
        <source>flatter: {before} → {after} nats</source>
        <translation>achata: {before} → {after} nats</translation>
    </message>
    <message>
        <source>all {count} stay</source>
        <translation>todos os {count} ficam</translation>
    </message>
    <message>
        <source>{before} → {after} candidates</source>
        <translation>{before} → {after} candidatos</translation>
    </message>
</context>
<context>
    <name>SamplingControls</name>
    <message>
        <source>Seed</source>
        <translation>Semente</translation>
    </message>
    <message>
        <source>new for each reply</source>
        <translation>nova a cada resposta</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Velocidade</translation>
    </message>
    <message>
        <source>guess ahead</source>
        <translation>adivinhar adiante</translation>
    </message>
    <message>
        <source>What comes next is guessed from what stood in the conversation before, and checked several tokens at a time. No guess changes a reply. Replies that repeat much, as when a text is edited, are written up to twice as fast; others a tenth to a third slower.
Reading several tokens at a time rounds differently from reading one: with 8-bit weights the same seed mostly gives another reply than without, just as probable.</source>
        <translation>O que vem a seguir é adivinhado a partir do que já estava na conversa, e conferido vários tokens por vez. Nenhum palpite muda uma resposta. Respostas que repetem muito, como ao editar um texto, são escritas até duas vezes mais rápido; outras, de um décimo a um terço mais devagar.
Ler vários tokens por vez arredonda de outro modo que ler um só: com pesos de 8 bits, a mesma semente costuma dar outra resposta do que sem palpites, igualmente provável.</translation>
    </message>
    <message>
        <source>The dice: the same seed, settings and prompt give the same reply.</source>
        <translation>O dado: a mesma semente, os mesmos ajustes e o mesmo prompt dão a mesma resposta.</translation>
    </message>
    <message>
        <source>New seed for each reply</source>
        <translation>Nova semente a cada resposta</translation>
    </message>
    <message>
        <source>Roll a new seed before every reply; a seed that is typed stays.</source>
        <translation>Sorteia uma nova semente antes de cada resposta; uma semente digitada fica.</translation>
    </message>
    <message>
        <source>Guess ahead</source>
        <translation>Adivinhar adiante</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation>{path} não pôde ser gravado: {reason}.</translation>
    </message>
    <message>
        <source>Choose another place, or make room there.</source>
        <translation>Escolha outro lugar, ou libere espaço ali.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <translation>Limpar</translation>
    </message>
</context>
<context>
    <name>SentenceCard</name>
    <message>
        <source>Type a sentence</source>
        <translation>Digite uma frase</translation>
    </message>
</context>
<context>
    <name>SentenceChips</name>
    <message>
        <source>chosen: {word}</source>
        <translation>escolhida: {word}</translation>
    </message>
</context>
<context>
    <name>SentencePair</name>
    <message>
        <source>She sat on the bank of the river</source>
        <translation>Sentei no banco da praça</translation>
    </message>
    <message>
        <source>She paid the money in at the bank</source>
        <translation>Fui ao banco sacar dinheiro</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>The engine ended unexpectedly while it was opening “{name}”.</source>
        <translation>O motor terminou inesperadamente enquanto abria “{name}”.</translation>
    </message>
    <message>
        <source>The file may be damaged, or need more memory than there is.</source>
        <translation>O arquivo pode estar danificado, ou precisar de mais memória do que há.</translation>
    </message>
    <message>
        <source> (exit code {code})</source>
        <translation> (código de saída {code})</translation>
    </message>
    <message>
        <source>The engine that runs the model ended unexpectedly{code}.</source>
        <translation>O motor que roda o modelo terminou inesperadamente{code}.</translation>
    </message>
    <message>
        <source>All that was written is kept. Restart the engine.</source>
        <translation>Tudo o que foi escrito está guardado. Reinicie o motor.</translation>
    </message>
</context>
<context>
    <name>ShareBars</name>
    <message>
        <source>Shares of the chosen token&apos;s logit</source>
        <translation>Partes do logit do token escolhido</translation>
    </message>
</context>
<context>
    <name>ShelfCells</name>
    <message>
        <source>in use</source>
        <translation>em uso</translation>
    </message>
    <message>
        <source>default</source>
        <translation>padrão</translation>
    </message>
</context>
<context>
    <name>ShelfTable</name>
    <message>
        <source>Models on this machine</source>
        <translation>Modelos nesta máquina</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Conversations</source>
        <translation>Conversas</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>Buscar conversas</translation>
    </message>
    <message>
        <source>Search in titles and messages</source>
        <translation>Buscar em títulos e mensagens</translation>
    </message>
    <message>
        <source>Words anywhere in titles and messages (Ctrl+Shift+F)</source>
        <translation>Palavras em qualquer lugar de títulos e mensagens (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>Nova conversa (Ctrl+N)</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importar…</translation>
    </message>
    <message>
        <source>Read conversations from .json and .vitrine files</source>
        <translation>Ler conversas de arquivos .json e .vitrine</translation>
    </message>
    <message>
        <source>Nothing found for “{query}”.</source>
        <translation>Nada encontrado para “{query}”.</translation>
    </message>
    <message>
        <source>Your conversations appear here.</source>
        <translation>Suas conversas aparecem aqui.</translation>
    </message>
    <message>
        <source>Your conversations appear here until you close the window.</source>
        <translation>Suas conversas aparecem aqui até você fechar a janela.</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Fixadas</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoje</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ontem</translation>
    </message>
    <message>
        <source>MMMM d</source>
        <comment>a day of this year, in the notation of QLocale</comment>
        <translation>d &apos;de&apos; MMMM</translation>
    </message>
    <message>
        <source>MMMM d, yyyy</source>
        <comment>a day, in the notation of QLocale</comment>
        <translation>d &apos;de&apos; MMMM &apos;de&apos; yyyy</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sem título</translation>
    </message>
    <message>
        <source>Draft: {text}</source>
        <translation>Rascunho: {text}</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 mensagem</translation>
    </message>
    <message>
        <source>{count} messages</source>
        <translation>{count} mensagens</translation>
    </message>
    <message>
        <source>{count}+ conversations</source>
        <translation>{count}+ conversas</translation>
    </message>
    <message>
        <source>1 conversation</source>
        <translation>1 conversa</translation>
    </message>
    <message>
        <source>{count} conversations</source>
        <translation>{count} conversas</translation>
    </message>
    <message>
        <source>The first {count} are shown; more words find fewer.</source>
        <translation>As primeiras {count} estão aqui; mais palavras acham menos.</translation>
    </message>
    <message>
        <source>The last {count} are listed; search finds all.</source>
        <translation>As últimas {count} estão aqui; a busca acha todas.</translation>
    </message>
    <message>
        <source>{title}, pinned</source>
        <translation>{title}, fixada</translation>
    </message>
</context>
<context>
    <name>SimilarityChart</name>
    <message>
        <source>Similarity by layer</source>
        <translation>Semelhança por camada</translation>
    </message>
    <message>
        <source>{point}: {word}, other words {others}</source>
        <translation>{point}: {word}, outras palavras {others}</translation>
    </message>
</context>
<context>
    <name>SliceChoice</name>
    <message>
        <source>Place on axis {number}</source>
        <translation>Lugar no eixo {number}</translation>
    </message>
    <message>
        <source>Which part is shown: the place on this axis (arrow keys or the wheel).</source>
        <translation>Qual parte é exibida: o lugar neste eixo (setas ou roda do mouse).</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Status</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Share of the context that is used</source>
        <translation>Parte do contexto em uso</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Português</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <translation>Idioma da janela</translation>
    </message>
    <message>
        <source>{device}, {threads} threads</source>
        <translation>{device}, {threads} threads</translation>
    </message>
    <message>
        <source>No model runs. What is shown was computed on {device} when it was recorded.</source>
        <translation>Nenhum modelo roda. O que é exibido foi calculado em {device} quando foi gravado.</translation>
    </message>
    <message>
        <source>Tokens a second: the mean over the last {count} tokens; Performance shows the median over the whole reply.
First token: from sending to its arrival.</source>
        <translation>Tokens por segundo: a média dos últimos {count} tokens; Desempenho mostra a mediana da resposta inteira.
Primeiro token: do envio até sua chegada.</translation>
    </message>
    <message>
        <source>context</source>
        <translation>contexto</translation>
    </message>
    <message>
        <source>Engine not running</source>
        <translation>Motor parado</translation>
    </message>
    <message>
        <source>Opening the recording …</source>
        <translation>Abrindo a gravação …</translation>
    </message>
    <message>
        <source>Loading the model …</source>
        <translation>Carregando o modelo …</translation>
    </message>
    <message>
        <source>no CUDA driver found</source>
        <translation>nenhum driver CUDA encontrado</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>escolhida</translation>
    </message>
    <message>
        <source>GPU found</source>
        <translation>GPU encontrada</translation>
    </message>
    <message>
        <source>the GPU has too little memory for this model</source>
        <translation>a GPU tem pouca memória para este modelo</translation>
    </message>
    <message>
        <source>recorded</source>
        <translation>gravado</translation>
    </message>
    <message>
        <source>nothing runs: the file is only looked into</source>
        <translation>nada roda: o arquivo só é visto por dentro</translation>
    </message>
    <message>
        <source>{reason}, with room for a context of {count} tokens</source>
        <translation>{reason} com espaço para um contexto de {count} tokens</translation>
    </message>
    <message>
        <source>{share} % guessed</source>
        <translation>{share} % adivinhados</translation>
    </message>
    <message>
        <source>first token {time} ms</source>
        <translation>primeiro token {time} ms</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>gravação</translation>
    </message>
    <message>
        <source>engine</source>
        <translation>motor</translation>
    </message>
    <message>
        <source>captures</source>
        <translation>capturas</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>{used} of {total}</source>
        <translation>{used} de {total}</translation>
    </message>
    <message>
        <source>{free} of the GPU&apos;s memory are free.</source>
        <translation>{free} da memória da GPU estão livres.</translation>
    </message>
    <message>
        <source>The engine has {engine} of the GPU&apos;s memory; {free} are free.</source>
        <translation>O motor ocupa {engine} da memória da GPU; {free} estão livres.</translation>
    </message>
    <message>
        <source>Key/value cache {size}</source>
        <translation>Cache de chaves e valores: {size}</translation>
    </message>
    <message>
        <source>Captured to look inside {size}</source>
        <translation>Capturado para ver por dentro: {size}</translation>
    </message>
    <message>
        <source>all of it kept</source>
        <translation>tudo guardado</translation>
    </message>
    <message>
        <source>at most {size}</source>
        <translation>no máximo {size}</translation>
    </message>
    <message>
        <source>The first {count} tokens are computed again when you look at them.</source>
        <translation>Os primeiros {count} tokens são calculados de novo quando você os olha.</translation>
    </message>
</context>
<context>
    <name>SumCheck</name>
    <message>
        <source>The sum beside the runtime&apos;s</source>
        <translation>A soma ao lado da do runtime</translation>
    </message>
    <message>
        <source>Sum here, 64 bits</source>
        <translation>Soma aqui, 64 bits</translation>
    </message>
    <message>
        <source>The runtime&apos;s</source>
        <translation>A do runtime</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Diferença</translation>
    </message>
    <message>
        <source>Difference, inputs rounded</source>
        <translation>Diferença, entradas arredondadas</translation>
    </message>
    <message>
        <source>The runtime&apos;s {function}(Y)</source>
        <translation>{function}(Y) do runtime</translation>
    </message>
    <message>
        <source>The runtime&apos;s product</source>
        <translation>Produto do runtime</translation>
    </message>
</context>
<context>
    <name>TemplateEditor</name>
    <message>
        <source>Chat template</source>
        <translation>Template de conversa</translation>
    </message>
    <message>
        <source>Source of the chat template, in Jinja</source>
        <translation>Código do template de conversa, em Jinja</translation>
    </message>
    <message>
        <source>What the template makes of the conversation</source>
        <translation>O que o template faz da conversa</translation>
    </message>
    <message>
        <source>What is wrong with the template</source>
        <translation>O que está errado no template</translation>
    </message>
    <message>
        <source>Start with ChatML</source>
        <translation>Começar com ChatML</translation>
    </message>
    <message>
        <source>Write the simplest common template into the field</source>
        <translation>Escrever no campo o mais simples dos templates comuns</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Aplicar</translation>
    </message>
    <message>
        <source>Use this template from the next message on, and remember it with the model (Ctrl+S)</source>
        <translation>Usar este template a partir da próxima mensagem e guardá-lo com o modelo (Ctrl+S)</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>What it makes of the conversation</source>
        <translation>O que ele faz da conversa</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>The template is shown here as soon as a model is loaded.</source>
        <translation>O template aparece aqui assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>This template was in use when the recording was made; without the model it makes nothing.</source>
        <translation>Este template estava em uso quando a gravação foi feita; sem o modelo, ele não gera nada.</translation>
    </message>
    <message>
        <source>Your template is in use in place of the model&apos;s own, which is kept ({origin}).</source>
        <translation>Seu template está em uso no lugar do template do modelo, que fica guardado ({origin}).</translation>
    </message>
    <message>
        <source>Your template is in use. The model has none of its own.</source>
        <translation>Seu template está em uso. O modelo não tem um próprio.</translation>
    </message>
    <message>
        <source>This model has no chat template: the last message is continued as it is. You can write one here.</source>
        <translation>Este modelo não tem template de conversa: a última mensagem é continuada como está. Você pode escrever um aqui.</translation>
    </message>
    <message>
        <source>The model&apos;s own template is in use ({origin}).</source>
        <translation>O template do próprio modelo está em uso ({origin}).</translation>
    </message>
    <message>
        <source>What you have typed is not applied yet.</source>
        <translation>O que você digitou ainda não foi aplicado.</translation>
    </message>
    <message>
        <source>Reset to the model&apos;s own</source>
        <translation>Restaurar o do modelo</translation>
    </message>
    <message>
        <source>Use no template</source>
        <translation>Não usar template</translation>
    </message>
    <message>
        <source>Hello</source>
        <translation>Olá</translation>
    </message>
    <message>
        <source>Nothing was said yet: this is what a greeting becomes.</source>
        <translation>Nada foi dito ainda: é isto que uma saudação se torna.</translation>
    </message>
    <message>
        <source>Open a model to see what a template makes of the conversation.</source>
        <translation>Abra um modelo para ver o que um template faz da conversa.</translation>
    </message>
    <message>
        <source>Without a template the last message is continued as it is.</source>
        <translation>Sem template, a última mensagem é continuada como está.</translation>
    </message>
    <message>
        <source>Applied while it is empty, it goes back to the model&apos;s own.</source>
        <translation>Aplicado vazio, volta ao template do modelo.</translation>
    </message>
    <message>
        <source>This is what it made before.</source>
        <translation>Isto é o que ele gerou antes.</translation>
    </message>
</context>
<context>
    <name>TensorExport</name>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation>{path} não pôde ser gravado: {reason}.</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>Salvo em {path}.</translation>
    </message>
</context>
<context>
    <name>TensorPicture</name>
    <message>
        <source>Values as a picture</source>
        <translation>Valores como imagem</translation>
    </message>
    <message>
        <source>Arrow keys go from value to value, plus and minus zoom, zero shows all of it.</source>
        <translation>As setas vão de valor em valor, mais e menos ampliam e reduzem, zero mostra tudo.</translation>
    </message>
    <message>
        <source>row {row}, column {column}: {value}</source>
        <translation>linha {row}, coluna {column}: {value}</translation>
    </message>
</context>
<context>
    <name>TensorTableModel</name>
    <message>
        <source>Tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Where it lives</source>
        <translation>Onde fica</translation>
    </message>
</context>
<context>
    <name>Tensors</name>
    <message>
        <source>INT{bits}, blocks of {block}</source>
        <translation>INT{bits}, blocos de {block}</translation>
    </message>
    <message>
        <source>mapped file</source>
        <translation>arquivo mapeado</translation>
    </message>
    <message>
        <source>RAM, in the graph</source>
        <translation>RAM, no grafo</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>memória da GPU</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>RAM</translation>
    </message>
    <message>
        <source>{place}: {file}, from byte {offset}</source>
        <translation>{place}: {file}, byte {offset}</translation>
    </message>
</context>
<context>
    <name>TensorsPanel</name>
    <message>
        <source>Tensors</source>
        <translation>Tensores</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>Como guardado</translation>
    </message>
    <message>
        <source>Save .npy</source>
        <translation>Salvar .npy</translation>
    </message>
    <message>
        <source>{name} at token {position} {piece}</source>
        <translation>{name} no token {position} {piece}</translation>
    </message>
    <message>
        <source>Activations are computed when the reply is written.</source>
        <translation>As ativações são calculadas quando a resposta estiver escrita.</translation>
    </message>
    <message>
        <source>Computing …</source>
        <translation>Calculando …</translation>
    </message>
    <message>
        <source>Save tensor</source>
        <translation>Salvar tensor</translation>
    </message>
    <message>
        <source>NumPy array (*.npy)</source>
        <translation>Arranjo NumPy (*.npy)</translation>
    </message>
    <message>
        <source>Stop saving</source>
        <translation>Parar de salvar</translation>
    </message>
    <message>
        <source>{share} % is saved.</source>
        <translation>{share} % salvos.</translation>
    </message>
    <message>
        <source>the same bytes as {name}</source>
        <translation>os mesmos bytes de {name}</translation>
    </message>
    <message>
        <source>It holds no numbers that could be drawn.</source>
        <translation>Não contém números que se possam desenhar.</translation>
    </message>
    <message>
        <source>min {minimum} · max {maximum} · mean {mean} · deviation {deviation} · zeros {zeros} %</source>
        <translation>mín. {minimum} · máx. {maximum} · média {mean} · desvio {deviation} · zeros {zeros} %</translation>
    </message>
    <message>
        <source>{count} NaN</source>
        <translation>{count} NaN</translation>
    </message>
    <message>
        <source>{count} infinite</source>
        <translation>{count} infinitos</translation>
    </message>
    <message>
        <source>{share} % seen:</source>
        <translation>{share} % vistos:</translation>
    </message>
    <message>
        <source>A recording holds no weights: they are in the model, which is not there.</source>
        <translation>Uma gravação não contém pesos: eles estão no modelo, que não está nela.</translation>
    </message>
    <message>
        <source>Here you will see every weight of the model, as soon as one is loaded.</source>
        <translation>Aqui você verá cada peso do modelo, assim que um for carregado.</translation>
    </message>
    <message>
        <source>The weights of the model are being listed.</source>
        <translation>Os pesos do modelo estão sendo listados.</translation>
    </message>
    <message>
        <source>{shown} of {count} tensors</source>
        <translation>{shown} de {count} tensores</translation>
    </message>
    <message>
        <source>Filter by name or type</source>
        <translation>Filtrar por nome ou tipo</translation>
    </message>
    <message>
        <source>Filter tensors by name or type</source>
        <translation>Filtrar tensores por nome ou tipo</translation>
    </message>
    <message>
        <source>Copy or save the table of tensors</source>
        <translation>Copiar ou salvar a tabela de tensores</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
    <message>
        <source>Tensors of the model</source>
        <translation>Tensores do modelo</translation>
    </message>
    <message>
        <source>Show the whole numbers as they are stored</source>
        <translation>Mostrar os inteiros como estão guardados</translation>
    </message>
    <message>
        <source>The whole numbers as they are stored, instead of the numbers they mean.</source>
        <translation>Os inteiros como estão guardados, em vez dos números que representam.</translation>
    </message>
    <message>
        <source>Save the tensor as a NumPy array</source>
        <translation>Salvar o tensor como arranjo NumPy</translation>
    </message>
    <message>
        <source>Save all its values as a NumPy array (.npy).</source>
        <translation>Salva todos os seus valores como arranjo NumPy (.npy).</translation>
    </message>
</context>
<context>
    <name>TermRows</name>
    <message>
        <source>{input} · bit flipped</source>
        <translation>{input} · bit invertido</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>mais {count}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nenhum</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Entrada</translation>
    </message>
    <message>
        <source>in</source>
        <translation>in</translation>
    </message>
    <message>
        <source>w</source>
        <translation>w</translation>
    </message>
    <message>
        <source>in · w</source>
        <translation>in · w</translation>
    </message>
    <message>
        <source>Sum so far</source>
        <translation>Soma até aqui</translation>
    </message>
    <message>
        <source>Share %</source>
        <translation>Parte %</translation>
    </message>
    <message>
        <source>Which input; click to choose its weight for Tensors and Numbers.</source>
        <translation>Qual entrada; clique para escolher seu peso em Tensores e Números.</translation>
    </message>
    <message>
        <source>The value of the input at this token.</source>
        <translation>O valor da entrada neste token.</translation>
    </message>
    <message>
        <source>The weight it is multiplied with; it is the same for every token.</source>
        <translation>O peso pelo qual ela é multiplicada; é o mesmo para todos os tokens.</translation>
    </message>
    <message>
        <source>The product as a bar: to the right above zero, to the left below.</source>
        <translation>O produto como barra: à direita acima de zero, à esquerda abaixo.</translation>
    </message>
    <message>
        <source>Input times weight.</source>
        <translation>Entrada vezes peso.</translation>
    </message>
    <message>
        <source>All products so far, the largest first.</source>
        <translation>Todos os produtos até aqui, o maior primeiro.</translation>
    </message>
    <message>
        <source>Of the magnitudes of all products.</source>
        <translation>Dos módulos de todos os produtos.</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>▶ Follow</source>
        <translation>▶ Seguir</translation>
    </message>
    <message>
        <source>Follow the newest token</source>
        <translation>Seguir o token mais novo</translation>
    </message>
    <message>
        <source>Keep the cursor on the newest token (Ctrl+End)</source>
        <translation>Mantém o cursor no token mais novo (Ctrl+End)</translation>
    </message>
    <message>
        <source>● live</source>
        <translation>● ao vivo</translation>
    </message>
    <message>
        <source>▶ follow</source>
        <translation>▶ seguir</translation>
    </message>
    <message>
        <source>Every token’s probability and entropy appear here; drag to go through them.</source>
        <translation>Probabilidade e entropia por token; arraste para percorrê-las.</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>p</source>
        <translation>p</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>entropia</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>posto</translation>
    </message>
    <message>
        <source>guessed</source>
        <translation>adivinhado</translation>
    </message>
    <message>
        <source>{position} (template)</source>
        <translation>{position} (template)</translation>
    </message>
</context>
<context>
    <name>TimelinePlot</name>
    <message>
        <source>Timeline of tokens</source>
        <translation>Linha do tempo dos tokens</translation>
    </message>
    <message>
        <source>Green: probability of each token. Amber: entropy of its distribution. Drag, or use ← and →.</source>
        <translation>Verde: probabilidade de cada token. Âmbar: entropia da sua distribuição. Arraste, ou use ← e →.</translation>
    </message>
    <message>
        <source>Marked below the line: tokens that were guessed before they were written.</source>
        <translation>Marcados abaixo da linha: tokens adivinhados antes de serem escritos.</translation>
    </message>
</context>
<context>
    <name>TintLegend</name>
    <message>
        <source>mean</source>
        <translation>média</translation>
    </message>
    <message>
        <source>max</source>
        <translation>máx.</translation>
    </message>
    <message>
        <source>layer {layer} · head {head}</source>
        <translation>camada {layer} · cabeça {head}</translation>
    </message>
    <message>
        <source>0 %</source>
        <translation>0 %</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
</context>
<context>
    <name>TokenChart</name>
    <message>
        <source>Time of every token of the reply</source>
        <translation>Tempo de cada token da resposta</translation>
    </message>
    <message>
        <source>Token {number}: {whole} ({parts})</source>
        <translation>Token {number}: {whole} ({parts})</translation>
    </message>
</context>
<context>
    <name>TokenRows</name>
    <message>
        <source>The token in every format</source>
        <translation>O token em cada formato</translation>
    </message>
</context>
<context>
    <name>TokenTable</name>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
</context>
<context>
    <name>TokenTableModel</name>
    <message>
        <source>{piece}
{bytes} ({count} bytes)</source>
        <translation>{piece}
{bytes} ({count} bytes)</translation>
    </message>
    <message>
        <source>special: it steers the model and is no text</source>
        <translation>especial: conduz o modelo e não é texto</translation>
    </message>
</context>
<context>
    <name>TokensPanel</name>
    <message>
        <source>special</source>
        <translation>especial</translation>
    </message>
    <message>
        <source>template</source>
        <translation>template</translation>
    </message>
    <message>
        <source>system</source>
        <translation>sistema</translation>
    </message>
    <message>
        <source>user</source>
        <translation>usuário</translation>
    </message>
    <message>
        <source>assistant</source>
        <translation>assistente</translation>
    </message>
    <message>
        <source>reply</source>
        <translation>resposta</translation>
    </message>
    <message>
        <source>markup</source>
        <translation>marcação</translation>
    </message>
    <message>
        <source>thinking</source>
        <translation>raciocínio</translation>
    </message>
    <message>
        <source>analysis</source>
        <translation>análise</translation>
    </message>
    <message>
        <source>commentary</source>
        <translation>comentário</translation>
    </message>
    <message>
        <source>position</source>
        <translation>posição</translation>
    </message>
    <message>
        <source>Place in the sequence, counted from 0.</source>
        <translation>Lugar na sequência, contado a partir de 0.</translation>
    </message>
    <message>
        <source>part</source>
        <translation>parte</translation>
    </message>
    <message>
        <source>Whose token it is; the template&apos;s own tokens mark where messages begin and end, markup parts what a model thinks from its reply.</source>
        <translation>De quem é o token; os do próprio template marcam onde as mensagens começam e terminam, e a marcação separa da resposta o que o modelo pensa.</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Number of the token in the model&apos;s vocabulary.</source>
        <translation>Número do token no vocabulário do modelo.</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Text of the token: · is a space, ⏎ a line break; ⟨E3 81⟩ are bytes that are no whole character.</source>
        <translation>Texto do token: · é um espaço, ⏎ uma quebra de linha; ⟨E3 81⟩ são bytes que não formam um caractere inteiro.</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>bytes</translation>
    </message>
    <message>
        <source>The token&apos;s bytes in UTF-8, hexadecimal.</source>
        <translation>Os bytes do token em UTF-8, em hexadecimal.</translation>
    </message>
    <message>
        <source>probability</source>
        <translation>probabilidade</translation>
    </message>
    <message>
        <source>How likely the model found this token, before any sampling setting.</source>
        <translation>Quão provável o modelo achou este token, antes de qualquer ajuste de amostragem.</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>posto</translation>
    </message>
    <message>
        <source>1 if the model found no other token more likely.</source>
        <translation>1 se o modelo não achou outro token mais provável.</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>entropia</translation>
    </message>
    <message>
        <source>How undecided the model was at this place, in nats; 0 is certain.</source>
        <translation>Quão indeciso o modelo estava neste lugar, em nats; 0 é certeza.</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>{count} of {total} tokens</source>
        <translation>{count} de {total} tokens</translation>
    </message>
    <message>
        <source>{total} tokens: {prompt} of the prompt, {written} written by the model</source>
        <translation>{total} tokens: {prompt} do prompt, {written} escritos pelo modelo</translation>
    </message>
    <message>
        <source>Here you will see every token of the conversation, as soon as a model is loaded.</source>
        <translation>Aqui você verá cada token da conversa, assim que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Send a message: every token of the prompt and of the reply appears here with its ID, its bytes and how likely the model found it.</source>
        <translation>Envie uma mensagem: cada token do prompt e da resposta aparece aqui com seu ID, seus bytes e quão provável o modelo o achou.</translation>
    </message>
    <message>
        <source>Filter by text or ID</source>
        <translation>Filtrar por texto ou ID</translation>
    </message>
    <message>
        <source>Filter tokens by text or ID</source>
        <translation>Filtrar tokens por texto ou ID</translation>
    </message>
    <message>
        <source>Show the bytes of every token</source>
        <translation>Mostrar os bytes de cada token</translation>
    </message>
    <message>
        <source>Show the bytes of every token in hexadecimal.</source>
        <translation>Mostra os bytes de cada token em hexadecimal.</translation>
    </message>
    <message>
        <source>Copy or save the table</source>
        <translation>Copiar ou salvar a tabela</translation>
    </message>
    <message>
        <source>Copy or save the table or its picture.</source>
        <translation>Copia ou salva a tabela ou sua imagem.</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Show or hide the conversations (Ctrl+B)</source>
        <translation>Mostrar ou ocultar as conversas (Ctrl+B)</translation>
    </message>
    <message>
        <source>Library of models (Ctrl+Shift+O)</source>
        <translation>Biblioteca de modelos (Ctrl+Shift+O)</translation>
    </message>
    <message>
        <source>Show or hide panels</source>
        <translation>Mostrar ou ocultar painéis</translation>
    </message>
    <message>
        <source>Dark or light (Ctrl+Shift+T)</source>
        <translation>Escuro ou claro (Ctrl+Shift+T)</translation>
    </message>
    <message>
        <source>loading {name} …</source>
        <translation>carregando {name} …</translation>
    </message>
    <message>
        <source>opening {name} …</source>
        <translation>abrindo {name} …</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>sem modelo</translation>
    </message>
    <message>
        <source>{precision} · {layers} layers</source>
        <translation>{precision} · {layers} camadas</translation>
    </message>
    <message>
        <source>no language model · {parameters} parameters</source>
        <translation>não é modelo de linguagem · {parameters} parâmetros</translation>
    </message>
    <message>
        <source>bits flipped: {count}</source>
        <translation>bits invertidos: {count}</translation>
    </message>
    <message>
        <source>recorded</source>
        <translation>gravado</translation>
    </message>
    <message>
        <source>{architecture}, {parameters} parameters, vocabulary of {vocabulary}, context of {context}
{folder}
Press to see what the import found</source>
        <translation>{architecture}, {parameters} parâmetros, vocabulário de {vocabulary}, contexto de {context}
{folder}
Clique para ver o que a importação encontrou</translation>
    </message>
    <message>
        <source>Recorded: the model itself is not loaded.</source>
        <translation>Gravado: o modelo em si não está carregado.</translation>
    </message>
    <message>
        <source>loading …</source>
        <translation>carregando …</translation>
    </message>
    <message>
        <source>{precision} · {layers} layers × {heads} heads</source>
        <translation>{precision} · {layers} camadas × {heads} cabeças</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>There can be no chat with this file: {reason} Its layers, tensors and numbers can be looked at.</source>
        <translation>Com este arquivo não dá para conversar: {reason} Suas camadas, seus tensores e seus números podem ser vistos.</translation>
    </message>
    <message>
        <source>Ask something below. The reply appears here; click any token of it to see where it came from.</source>
        <translation>Pergunte algo abaixo. A resposta aparece aqui; clique em qualquer token dela para ver de onde veio.</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Sem modelo</translation>
    </message>
    <message>
        <source>Restart the engine to go on, or open another model (Ctrl+O, or Ctrl+Shift+O for the library). What you have typed is kept.</source>
        <translation>Reinicie o motor para continuar, ou abra outro modelo (Ctrl+O, ou Ctrl+Shift+O para a biblioteca). O que você digitou está guardado.</translation>
    </message>
    <message>
        <source>Opening {name}</source>
        <translation>Abrindo {name}</translation>
    </message>
    <message>
        <source>The first time it is imported, which may take a minute; then it is ready at once. What you type and what was said is kept.</source>
        <translation>Na primeira vez ele é importado, o que pode levar um minuto; depois, abre na hora. O que você digita e o que já foi dito ficam guardados.</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>Um momento</translation>
    </message>
    <message>
        <source>The model is being loaded. You can type already: what you send is answered as soon as it is ready.</source>
        <translation>O modelo está sendo carregado. Você já pode digitar: o que enviar será respondido assim que ele estiver pronto.</translation>
    </message>
    <message>
        <source>ID {id}</source>
        <translation>ID {id}</translation>
    </message>
    <message>
        <source>position {position}</source>
        <translation>posição {position}</translation>
    </message>
    <message>
        <source>p {p}</source>
        <translation>p {p}</translation>
    </message>
    <message>
        <source>rank {rank}</source>
        <translation>posto {rank}</translation>
    </message>
    <message>
        <source>entropy {entropy}</source>
        <translation>entropia {entropy}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Responder</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Gerar de novo</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Anterior</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Seguinte</translation>
    </message>
    <message>
        <source>Edit message</source>
        <translation>Editar mensagem</translation>
    </message>
    <message>
        <source>Answer message</source>
        <translation>Responder à mensagem</translation>
    </message>
    <message>
        <source>Continue reply</source>
        <translation>Continuar resposta</translation>
    </message>
    <message>
        <source>Earlier variant</source>
        <translation>Variante anterior</translation>
    </message>
    <message>
        <source>Later variant</source>
        <translation>Variante seguinte</translation>
    </message>
    <message>
        <source>Copy the text of this message.</source>
        <translation>Copia o texto desta mensagem.</translation>
    </message>
    <message>
        <source>Say something else in its place; what followed stays on a branch of its own.</source>
        <translation>Diz outra coisa no lugar dela; o que veio depois fica em um ramo próprio.</translation>
    </message>
    <message>
        <source>Have the model answer this message.</source>
        <translation>Faz o modelo responder a esta mensagem.</translation>
    </message>
    <message>
        <source>Write this reply anew; this one stays as a variant.</source>
        <translation>Escreve outra resposta; esta permanece como variante.</translation>
    </message>
    <message>
        <source>Go on where this reply was stopped.</source>
        <translation>Continua de onde esta resposta parou.</translation>
    </message>
    <message>
        <source>Show the variant before this one (Alt+↑)</source>
        <translation>Mostrar a variante anterior a esta (Alt+↑)</translation>
    </message>
    <message>
        <source>Show the variant after this one (Alt+↓)</source>
        <translation>Mostrar a variante seguinte a esta (Alt+↓)</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 token</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} tokens</translation>
    </message>
    <message>
        <source>{speed} tok/s</source>
        <translation>{speed} tok/s</translation>
    </message>
    <message>
        <source>perplexity {value}</source>
        <translation>perplexidade {value}</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>parado</translation>
    </message>
    <message>
        <source>the context is full</source>
        <translation>o contexto está cheio</translation>
    </message>
    <message>
        <source>length limit</source>
        <translation>limite de tamanho</translation>
    </message>
    <message>
        <source>ended by a failure</source>
        <translation>terminado por uma falha</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>interrompido</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Você</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>Sent as soon as the model is ready.</source>
        <translation>Será enviado assim que o modelo estiver pronto.</translation>
    </message>
    <message>
        <source>What you typed in its place was not sent; Edit has it.</source>
        <translation>O que você digitou no lugar dela não foi enviado; está em Editar.</translation>
    </message>
    <message>
        <source>Reading the prompt …</source>
        <translation>Lendo o prompt …</translation>
    </message>
    <message>
        <source>Reading the prompt: {done} of {total} tokens</source>
        <translation>Lendo o prompt: {done} de {total} tokens</translation>
    </message>
    <message>
        <source>Written by {model}; its tokens are shown as the model in use reads them.</source>
        <translation>Escrita por {model}; seus tokens aparecem como o modelo em uso os lê.</translation>
    </message>
    <message>
        <source>Written by {model}; its tokens cannot be opened with the model in use.</source>
        <translation>Escrita por {model}; seus tokens não podem ser abertos com o modelo em uso.</translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation>Copiar seleção</translation>
    </message>
    <message>
        <source>Open link {link} …</source>
        <translation>Abrir o link {link} …</translation>
    </message>
    <message>
        <source>It has {length} characters; a message that is typed can have {limit}. Copy it instead.</source>
        <translation>Ela tem {length} caracteres; uma mensagem digitada pode ter {limit}. Copie-a.</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>Copiar mensagem</translation>
    </message>
    <message>
        <source>Unfold or fold what was thought</source>
        <translation>Expandir ou recolher o raciocínio</translation>
    </message>
    <message>
        <source>Regenerate reply</source>
        <translation>Gerar outra resposta</translation>
    </message>
    <message>
        <source>left out of the prompt since</source>
        <translation>fora do prompt desde então</translation>
    </message>
    <message>
        <source>unfolded</source>
        <translation>expandido</translation>
    </message>
    <message>
        <source>folded, Enter unfolds</source>
        <translation>recolhido, Enter expande</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Raciocínio</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Análise</translation>
    </message>
    <message>
        <source>Commentary</source>
        <translation>Comentário</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Put it back (Ctrl+Z in the list)</source>
        <translation>Trazer de volta (Ctrl+Z na lista)</translation>
    </message>
    <message>
        <source>“{title}” deleted</source>
        <translation>“{title}” apagada</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>Desfazer: {what}</translation>
    </message>
</context>
<context>
    <name>UnfinishedDownload</name>
    <message>
        <source>{done} of {total} are here</source>
        <translation>{done} de {total} já estão aqui</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Go on with {name}</source>
        <translation>Continuar com {name}</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Discard what is here of {name}</source>
        <translation>Descartar o que já há de {name}</translation>
    </message>
    <message>
        <source>Delete {size}?</source>
        <translation>Apagar {size}?</translation>
    </message>
</context>
<context>
    <name>Varying</name>
    <message>
        <source>This reply was written by {model}, and its tokens mean nothing to the model in use.</source>
        <translation>Esta resposta foi escrita por {model}, e seus tokens nada dizem ao modelo em uso.</translation>
    </message>
    <message>
        <source>another model</source>
        <translation>outro modelo</translation>
    </message>
    <message>
        <source>Open that model, or regenerate the reply.</source>
        <translation>Abra aquele modelo, ou gere outra resposta.</translation>
    </message>
</context>
<context>
    <name>WeightChips</name>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>“{piece}” at position {position}: weight {weight}</source>
        <translation>“{piece}” na posição {position}: peso {weight}</translation>
    </message>
</context>
<context>
    <name>WhyNot</name>
    <message>
        <source>one token, ID {ids}</source>
        <translation>um token, ID {ids}</translation>
    </message>
    <message>
        <source>{count} tokens, IDs {ids}</source>
        <translation>{count} tokens, IDs {ids}</translation>
    </message>
    <message>
        <source>logit {logit}, rank {rank}, {p}</source>
        <translation>logit {logit}, posto {rank}, {p}</translation>
    </message>
    <message>
        <source>model</source>
        <translation>modelo</translation>
    </message>
    <message>
        <source>out</source>
        <translation>fora</translation>
    </message>
    <message>
        <source>rank {rank}, {p}</source>
        <translation>posto {rank}, {p}</translation>
    </message>
    <message>
        <source>off</source>
        <translation>desligado</translation>
    </message>
    <message>
        <source>The same draw picks it at</source>
        <translation>O mesmo sorteio o escolhe com</translation>
    </message>
    <message>
        <source>At no temperature from {minimum} to {maximum} does this draw pick it.</source>
        <translation>Este sorteio não o escolhe em nenhuma temperatura de {minimum} a {maximum}.</translation>
    </message>
    <message>
        <source>Top-k {value} removes “{piece}”: one token is more likely.</source>
        <translation>Top-k {value} remove “{piece}”: um token é mais provável.</translation>
    </message>
    <message>
        <source>Top-k {value} removes “{piece}”: {count} tokens are more likely.</source>
        <translation>Top-k {value} remove “{piece}”: {count} tokens são mais prováveis.</translation>
    </message>
    <message>
        <source>Top-p {value} removes “{piece}”: the token before it has {share} already.</source>
        <translation>Top-p {value} remove “{piece}”: o token antes dele já tem {share}.</translation>
    </message>
    <message>
        <source>Top-p {value} removes “{piece}”: the {count} tokens before it have {share} already.</source>
        <translation>Top-p {value} remove “{piece}”: os {count} tokens antes dele já têm {share}.</translation>
    </message>
    <message>
        <source>Min-p {value} removes “{piece}”: it has only {ratio} of the most likely token’s probability.</source>
        <translation>Min-p {value} remove “{piece}”: ele só tem {ratio} da probabilidade do token mais provável.</translation>
    </message>
    <message>
        <source>Temperature {value} removes “{piece}”: it leaves only the most likely token.</source>
        <translation>Temperatura {value} remove “{piece}”: só fica o token mais provável.</translation>
    </message>
    <message>
        <source>{stage} {value} removes “{piece}”.</source>
        <translation>{stage} {value} remove “{piece}”.</translation>
    </message>
    <message>
        <source>Back to {settings}</source>
        <translation>Voltar a {settings}</translation>
    </message>
    <message>
        <source>Undo what was chosen here.</source>
        <translation>Desfaz o que foi escolhido aqui.</translation>
    </message>
    <message>
        <source>Why not “{word}” at position {position}, after “{before}”?</source>
        <translation>Por que não “{word}” na posição {position}, depois de “{before}”?</translation>
    </message>
    <message>
        <source>The model itself rules out “{piece}”: its logit is minus infinity, and no setting changes that.</source>
        <translation>O próprio modelo exclui “{piece}”: seu logit é menos infinito, e nenhum ajuste muda isso.</translation>
    </message>
    <message>
        <source>“{piece}” survives every stage, but is so unlikely that no draw falls on it; {draw} picks “{picked}”.</source>
        <translation>“{piece}” passa por todas as etapas, mas é tão improvável que nenhum sorteio cai nele; {draw} escolhe “{picked}”.</translation>
    </message>
    <message>
        <source>“{piece}” survives every stage. Draws from {low} to {high} pick it; {draw} picks “{picked}”.</source>
        <translation>“{piece}” passa por todas as etapas. Sorteios de {low} a {high} o escolhem; {draw} escolhe “{picked}”.</translation>
    </message>
    <message>
        <source>“{piece}” is what stands here. Draws from {low} to {high} pick it, and {draw} does.</source>
        <translation>“{piece}” é o que está aqui. Sorteios de {low} a {high} o escolhem, e {draw} está entre eles.</translation>
    </message>
    <message>
        <source>“{piece}” is what is picked now. Draws from {low} to {high} pick it, and {draw} does.</source>
        <translation>“{piece}” é o escolhido agora. Sorteios de {low} a {high} o escolhem, e {draw} está entre eles.</translation>
    </message>
    <message>
        <source>the recorded draw, {draw},</source>
        <translation>o sorteio gravado, {draw},</translation>
    </message>
    <message>
        <source>the present seed’s draw, {draw},</source>
        <translation>o sorteio da semente atual, {draw},</translation>
    </message>
    <message>
        <source>No setting was found that lets it in.</source>
        <translation>Nenhum ajuste encontrado o deixa entrar.</translation>
    </message>
    <message>
        <source>No single setting was found that lets it in; together these do:</source>
        <translation>Nenhum ajuste sozinho o deixa entrar; juntos, estes deixam:</translation>
    </message>
    <message>
        <source>This lets it in:</source>
        <translation>Isto o deixa entrar:</translation>
    </message>
    <message>
        <source>Any one of these lets it in:</source>
        <translation>Qualquer um destes o deixa entrar:</translation>
    </message>
    <message>
        <source>{setting}: now {present}, the edge lies at {edge}.</source>
        <translation>{setting}: agora {present}, o limiar fica em {edge}.</translation>
    </message>
    <message>
        <source>Then draws from {low} to {high} pick it.</source>
        <translation>Então sorteios de {low} a {high} o escolhem.</translation>
    </message>
    <message>
        <source>Even then it is so unlikely that no draw falls on it.</source>
        <translation>Mesmo assim é tão improvável que nenhum sorteio cai nele.</translation>
    </message>
    <message>
        <source>With {offer}, draws from {low} to {high} pick it; the recorded draw is {draw}.</source>
        <translation>Com {offer}, sorteios de {low} a {high} o escolhem; o sorteio gravado é {draw}.</translation>
    </message>
    <message>
        <source>With {offer}, draws from {low} to {high} pick it; the present seed draws {draw} here.</source>
        <translation>Com {offer}, sorteios de {low} a {high} o escolhem; a semente atual sorteia {draw} aqui.</translation>
    </message>
    <message>
        <source>So would {setting} {value}, but it cannot be set beyond {limit}.</source>
        <translation>Também serviria {setting} {value}, mas o ajuste só vai até {limit}.</translation>
    </message>
    <message>
        <source>No temperature lets it in.</source>
        <translation>Nenhuma temperatura o deixa entrar.</translation>
    </message>
    <message>
        <source>The word goes on with {rest}: how likely that is shows only once “{first}” stands in the text.</source>
        <translation>A palavra continua com {rest}: quão provável isso é só se vê quando “{first}” estiver no texto.</translation>
    </message>
</context>
<context>
    <name>WhyNotCard</name>
    <message>
        <source>Why not this word?</source>
        <translation>Por que não esta palavra?</translation>
    </message>
    <message>
        <source>Why not</source>
        <translation>Por que não</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy this answer as text</source>
        <translation>Copiar esta resposta como texto</translation>
    </message>
    <message>
        <source>Go on with this word</source>
        <translation>Continuar com esta palavra</translation>
    </message>
    <message>
        <source>Write a variant of this reply with this word here</source>
        <translation>Escrever uma variante desta resposta com esta palavra aqui</translation>
    </message>
    <message>
        <source>Write a variant of this reply with this word here; this one stays.</source>
        <translation>Escreve uma variante desta resposta com esta palavra aqui; esta permanece.</translation>
    </message>
    <message>
        <source>The answer is on the clipboard.</source>
        <translation>A resposta está na área de transferência.</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>{language}: from the next start on.</source>
        <translation>{language}: a partir do próximo início.</translation>
    </message>
    <message>
        <source>Something went wrong in the window ({what}).</source>
        <translation>Algo deu errado na janela ({what}).</translation>
    </message>
    <message>
        <source>It goes on; details are in {log}.</source>
        <translation>Ela continua; os detalhes estão em {log}.</translation>
    </message>
    <message>
        <source>Vitrine ended unexpectedly when it ran last.</source>
        <translation>O Vitrine terminou inesperadamente da última vez.</translation>
    </message>
    <message>
        <source>Details are in {log}.</source>
        <translation>Os detalhes estão em {log}.</translation>
    </message>
    <message>
        <source>Restart engine</source>
        <translation>Reiniciar motor</translation>
    </message>
    <message>
        <source>Load again</source>
        <translation>Carregar de novo</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Nova conversa</translation>
    </message>
    <message>
        <source>Load on the CPU</source>
        <translation>Carregar na CPU</translation>
    </message>
    <message>
        <source>The model that was in use before is loaded again.</source>
        <translation>O modelo que estava em uso volta a ser carregado.</translation>
    </message>
    <message>
        <source>What was recorded is opened again.</source>
        <translation>A gravação volta a ser aberta.</translation>
    </message>
    <message>
        <source>The default model is loaded instead.</source>
        <translation>O modelo padrão é carregado no lugar.</translation>
    </message>
</context>
<context>
    <name>WorkspaceBar</name>
    <message>
        <source>Workspace (Ctrl+{number})</source>
        <translation>Área de trabalho (Ctrl+{number})</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mais</translation>
    </message>
    <message>
        <source>More workspaces</source>
        <translation>Mais áreas de trabalho</translation>
    </message>
</context>
<context>
    <name>Workspaces</name>
    <message>
        <source>Chat</source>
        <translation>Conversa</translation>
    </message>
    <message>
        <source>Sampling + attention</source>
        <translation>Amostragem + atenção</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparação</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Lente</translation>
    </message>
    <message>
        <source>Knife</source>
        <translation>Bisturi</translation>
    </message>
    <message>
        <source>Inside</source>
        <translation>Por dentro</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Números</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Fórmula</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Desempenho</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisão</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>Leituras</translation>
    </message>
</context>
</TS>
